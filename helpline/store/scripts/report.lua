-- Record a delivery report, only ever forward. KEYS: the item. ARGV: at, item prefix, id, delivery, its rank,
-- the status it proves, sid, code. Answers the item's fields, or nothing when nothing changed.
local at, prefix, id, delivery, rank = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local proven, sid, code = ARGV[6], ARGV[7], ARGV[8]
local key = KEYS[1]

local item = call('HMGET', key, 'status', 'rank', 'person')
if not item[1] or tonumber(item[2] or -1) >= rank then return nil end
local base, person = string.match(prefix, '^(.*)item:$'), item[3]
PERSON, OUTBOX, SENT = base .. 'person:' .. person, base .. 'outbox:' .. person, base .. 'sent:' .. person
AGENDA, URGENT, UNKNOWN = base .. 'agenda', base .. 'agenda:urgent', base .. 'unknown'

call('HSET', key, 'delivery', delivery, 'rank', rank)
if sid ~= '' then call('HSET', key, 'sid', sid) end
if code ~= '' then call('HSET', key, 'code', code) end
if item[1] ~= 'dropped' and item[1] ~= 'failed' and item[1] ~= proven then
  call('HSET', key, 'status', proven)
  call('HDEL', key, 'lease')
  settle(id, key, at)
  call('ZREM', UNKNOWN, id)
  local over, due, urgent = due_of(call('HGET', PERSON, 'when'))
  if over and over <= at then due, urgent = nil, nil end
  refresh(person, prefix, due, urgent, at)
end
return call('HGETALL', key)
