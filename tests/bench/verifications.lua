-- Verifications for wrk, each token used once. Behind "--": the path of the tokens, one a line,
-- to which each thread appends "." and its number.
local summary = require("summary")
local threads = {}

function setup(thread)
  thread:set("id", #threads)
  table.insert(threads, thread)
end

function init(args)
  requests = {}
  for token in io.lines(args[1] .. "." .. id) do
    table.insert(requests,
      "GET /verify_subscriber?token=" .. token .. " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
  end
  began = 0
  ended = 0
  used = 0
end

function request()
  if used == 0 then began = summary.now() end
  used = used + 1
  if used <= #requests then return requests[used] end
  -- The rate is that of the time until now; the few that are still asked are told "already".
  if ended == 0 then ended = summary.now() end
  wrk.thread:stop()
  return requests[#requests]
end

function done(found, latency)
  for _, thread in ipairs(threads) do
    local ended = thread:get("ended")
    if ended > 0 then found.duration = math.min(found.duration, ended - thread:get("began")) end
  end
  summary.print(found, latency)
end
