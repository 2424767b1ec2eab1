-- What wrk found, as one line of JSON.
local ffi = require("ffi")
ffi.cdef [[
  struct timeval { long tv_sec; long tv_usec; };
  int gettimeofday(struct timeval* now, void* zone);
]]
local summary = {}

-- Microseconds of the clock by which wrk measures.
function summary.now()
  local time = ffi.new("struct timeval")
  ffi.C.gettimeofday(time, nil)
  return tonumber(time.tv_sec) * 1e6 + tonumber(time.tv_usec)
end

function summary.print(found, latency)
  local errors = found.errors
  print(string.format(
    '{"requests":%d,"seconds":%.6f,"p50":%d,"p99":%d,"failed":%d,"refused":%d}',
    found.requests, found.duration / 1e6, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end

return summary
