-- Take the person's oldest ready item, or with an empty revision only show it. Answers {id, fields, how many
-- others are ready behind it} or nothing.
-- An item whose lease ran out becomes unknown; what holds others back is said in the prelude.
local at, at_micros, revision, person = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]
local prefix, lease, sent, lease_micros = ARGV[5], ARGV[6], ARGV[7], ARGV[8]

local known = call('HMGET', PERSON, 'rev', 'when')
local over, due, urgent = due_of(known[2])
local stored = known[1] or '0'
if over and over <= at then stored, due, urgent = '0', nil, nil end
if revision ~= '' and stored ~= revision then return nil end

local waiting = call('ZRANGE', OUTBOX, 0, 499, 'WITHSCORES')
for i = 1, #waiting, 2 do
  local id, key = waiting[i], prefix .. waiting[i]
  local item = call('HMGET', key, 'status', 'lease', 'sent')
  local ends = tonumber(item[2] or 0)
  if item[1] == 'sending' and (ends <= at_micros or ends > at_micros + MOST_LEASE * 1000) then
    doubt(id, key, tonumber(item[3] or 0), at)
  end
end

local found = nil
local behind = 0
local calm, pressing = holds(waiting, prefix, at)
for i = 1, #waiting, 2 do
  local id, key = waiting[i], prefix .. waiting[i]
  local item = call('HMGET', key, 'status', 'expires', 'urgent', 'staff')
  local held = (item[3] and pressing or calm)[item[4] or ''] or 0
  if item[1] == 'ready' and math.floor(tonumber(waiting[i + 1])) <= at and held <= at then
    if found then
      behind = behind + 1
    elseif revision ~= '' and tonumber(item[2]) <= at then
      call('HSET', key, 'status', 'dropped')
      settle(id, key, at)
    else
      found = id
    end
  end
end
if found and revision ~= '' then
  local key = prefix .. found
  call('HINCRBY', key, 'attempt', 1)
  call('HSET', key, 'status', 'sending', 'lease', lease_micros, 'sent', sent)
  call('ZADD', OUTBOX, lease, found)
end
if revision ~= '' or not found then refresh(person, prefix, due, urgent, at) end
if not found then return nil end
return {found, call('HGETALL', prefix .. found), behind}
