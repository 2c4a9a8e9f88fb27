-- Take a share of what a sender may send.
-- KEYS[1]  next free moment of the sender, microseconds since the epoch by the server's clock
-- ARGV     cost of this text in microseconds; 1 when urgent; how far ahead one may reserve, microseconds
-- Returns how long to wait, in microseconds; -1 when nothing was taken since too much is before it.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local free = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local wait = free - now
local urgent = ARGV[2] == '1'
if not urgent and wait > tonumber(ARGV[3]) then
  return -1
end
local taken = free + tonumber(ARGV[1])
redis.call('SET', KEYS[1], string.format('%.0f', taken), 'PX', math.ceil((taken - now) / 1000) + 60000)
if urgent then
  return 0
end
return wait
