-- Take a share of what a sender may send, or a place in the line of those who wait for one.
-- KEYS[1]  next free moment of the sender, microseconds since the epoch by the server's clock
-- KEYS[2]  end of the line: the moment at which whoever comes now should come back
-- ARGV     cost of the share in microseconds; 1 when urgent; how far ahead one may reserve; cost of this one text
-- Returns how long to wait, in microseconds. More than one may reserve: nothing was taken, come back then.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local function keep(key, moment)
  redis.call('SET', key, string.format('%.0f', moment), 'PX', math.ceil((moment - now) / 1000) + 60000)
end

local free = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
if ARGV[2] ~= '1' and free - now > tonumber(ARGV[3]) then
  local place = math.max(tonumber(redis.call('GET', KEYS[2]) or '0'), free)
  keep(KEYS[2], place + tonumber(ARGV[4]))
  return place - now
end
keep(KEYS[1], free + tonumber(ARGV[1]))
if ARGV[2] == '1' then
  return 0
end
return free - now
