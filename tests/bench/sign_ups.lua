-- Sign-ups for wrk, each with an address of its own. Behind "--": a word that no other run on the
-- same database has.
--
-- The addresses begin at random, so that an index meets them in no order. What can be is done
-- ahead, so that the client takes as little of the machine as it can.
local summary = require("summary")
local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init(args)
  local body = '{"campaign":"demo","email":"%08x.' .. args[1] .. id .. '%07d@example.org"}'
  pattern = "POST /add_subscriber HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    .. "Content-Type: application/json\r\n"
    .. "Content-Length: " .. #string.format(body, 0, 0) .. "\r\n\r\n" .. body
  math.randomseed(os.time() * 64 + id)
  count = 0
end

function request()
  count = count + 1
  return string.format(pattern, math.random(0, 4294967295), count)
end

function done(found, latency)
  summary.print(found, latency)
end
