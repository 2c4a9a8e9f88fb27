-- Take the person's oldest ready item, or with an empty revision only show it. Answers {id, fields, how many
-- others are ready behind it} or nothing.
-- An item whose lease ran out becomes unknown; one that is being sent holds back the rest.
local at, at_micros, revision, person = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]
local prefix, lease, sent, lease_micros = ARGV[5], ARGV[6], ARGV[7], ARGV[8]

local known = call('HMGET', PERSON, 'rev', 'when')
local over, due, urgent = due_of(known[2])
local stored = known[1] or '0'
if over and over <= at then stored, due, urgent = '0', nil, nil end
if revision ~= '' and stored ~= revision then return nil end

local found = nil
local behind = 0
local sending = false
local waiting = call('ZRANGE', OUTBOX, 0, 499, 'WITHSCORES')
for i = 1, #waiting, 2 do
  local id, key = waiting[i], prefix .. waiting[i]
  local item = call('HMGET', key, 'status', 'lease', 'expires', 'sent')
  if item[1] == 'sending' then
    if tonumber(item[2] or 0) > at_micros then
      sending = true
    else
      call('HSET', key, 'status', 'unknown')
      call('HDEL', key, 'lease')
      settle(id, key, at)
      call('ZADD', UNKNOWN, math.floor(tonumber(item[4] or 0) / 1000), id)
    end
  elseif item[1] == 'ready' and not found and math.floor(tonumber(waiting[i + 1])) <= at then
    if revision ~= '' and tonumber(item[3]) <= at then
      call('HSET', key, 'status', 'dropped')
      settle(id, key, at)
    else
      found = id
    end
  elseif found and item[1] == 'ready' and math.floor(tonumber(waiting[i + 1])) <= at then
    behind = behind + 1
  end
end
if sending then found = nil end
if found and revision ~= '' then
  local key = prefix .. found
  call('HINCRBY', key, 'attempt', 1)
  call('HSET', key, 'status', 'sending', 'lease', lease_micros, 'sent', sent)
  call('ZADD', OUTBOX, lease, found)
end
if revision ~= '' or not found then refresh(person, prefix, due, urgent) end
if not found then return nil end
return {found, call('HGETALL', prefix .. found), behind}
