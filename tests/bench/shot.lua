-- Plays prepared requests from a file, one after the other, and prints what came of it as one line of JSON.
-- wrk asks once for a request before it begins, so the first one is given twice.
local requests, at = {}, 0

function init(args)
  local file = assert(io.open(args[1], 'rb'))
  local n = file:read('*n')
  while n do
    file:read(1)
    requests[#requests + 1] = file:read(n)
    n = file:read('*n')
  end
  file:close()
end

function request()
  at = at + 1
  return requests[math.max((at - 2) % #requests + 1, 1)]
end

function done(summary, latency)
  io.write(string.format(
    '{"count": %d, "seconds": %.6f, "bad": %d, "p50": %.3f, "p90": %.3f, "p99": %.3f}\n',
    summary.requests, summary.duration / 1e6,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(90) / 1000, latency:percentile(99) / 1000))
end
