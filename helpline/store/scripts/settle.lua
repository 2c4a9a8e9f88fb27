-- Move one item, if it still stands where the caller believes it does. Answers its fields, or nothing.
-- ARGV: at, person, item prefix, id, statuses it may come from (",ready,sending,"), attempt ('' for any),
-- status to move to, moment in the outbox, fields to set (n, then pairs), fields to delete.
local at, person, prefix, id = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]
local from, attempt, to, score, n = ARGV[5], ARGV[6], ARGV[7], ARGV[8], tonumber(ARGV[9])
local key = prefix .. id

local item = call('HMGET', key, 'status', 'attempt', 'person', 'sent')
if not item[1] or item[3] ~= person then return nil end
if not string.find(from, ',' .. item[1] .. ',', 1, true) then return nil end
if attempt ~= '' and attempt ~= (item[2] or '0') then return nil end

call('HSET', key, 'status', to)
if n > 0 then call('HSET', key, unpack(ARGV, 10, 9 + n)) end
if #ARGV > 9 + n then call('HDEL', key, unpack(ARGV, 10 + n)) end
if to == 'ready' then
  call('ZREM', SENT, id)
  call('ZREM', UNKNOWN, id)
  call('ZADD', OUTBOX, score, id)
  call('PEXPIRE', key, math.max(tonumber(call('HGET', key, 'expires')) - at, 0) + WEEK)
elseif to == 'unknown' then
  doubt(id, key, tonumber(item[4] or 0), at)
else
  settle(id, key, at)
  call('ZREM', UNKNOWN, id)
end
local over, due, urgent = due_of(call('HGET', PERSON, 'when'))
if over and over <= at then due, urgent = nil, nil end
refresh(person, prefix, due, urgent, at)
return call('HGETALL', key)
