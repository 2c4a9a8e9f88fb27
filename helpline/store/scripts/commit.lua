-- Write everything one event changes, or nothing. Answers {0} conflict, {1, revision} written,
-- {2, answer} served before.
local at, revision, person = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local event, state, phone, when, flow, answer = ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
local seen, prefix, life, stop = ARGV[10], ARGV[11], tonumber(ARGV[12]), ARGV[13]
local withdrawn, journal, day = ARGV[14], ARGV[15], ARGV[16]
local next_arg = 17
local function take()
  next_arg = next_arg + 1
  return ARGV[next_arg - 1]
end

-- Guards.
local mark = seen .. event
local served, stopped = unpack(call('MGET', mark, STOP))
if served and tonumber(string.match(served, '^(%d+):')) + DAY > at then return {2, served} end
local known = call('HMGET', PERSON, 'rev', 'when')
local stored = tonumber(known[1] or 0)
local over = due_of(known[2])
local expired = stored > 0 and over and over <= at
if expired then stored = 0 end
if stored ~= revision then return {0} end
local code, fresh, case_key = take(), take(), nil
if code ~= '' then
  case_key = take()
  if fresh == '1' and call('EXISTS', case_key) == 1 then return {0} end
end

-- The person.
if expired then forget(person, prefix, seen) end
local written = revision + 1
call('HSET', PERSON, 'rev', written, 'state', state, 'when', when, 'flow', flow)
if phone ~= '' then call('HSET', PERSON, 'phone', phone) end
if life > 0 then call('PEXPIRE', PERSON, life) else call('PERSIST', PERSON) end
if stop ~= '' then call('SET', STOP, stop) elseif stopped then call('DEL', STOP) end

-- The event.
call('SET', mark, answer, 'PX', DAY)
call('ZADD', EVENTS, at, event)
call('PEXPIRE', EVENTS, DAY)

-- The case.
if case_key then
  local open, opened, n = take() == '1', take(), tonumber(take())
  local fields = {}
  for i = 1, n do fields[i] = take() end
  call('HSET', case_key, unpack(fields))
  if open then
    call('PERSIST', case_key)
    call('ZADD', CASES, opened, code)
  else
    call('ZREM', CASES, code)
    if life > 0 then call('PEXPIRE', case_key, life) end
  end
  local codes = call('HGET', PERSON, 'cases')
  if not codes then
    call('HSET', PERSON, 'cases', code)
  elseif not string.find(codes, code, 1, true) then
    call('HSET', PERSON, 'cases', codes .. ' ' .. code)
  end
end

-- The items: old ones withdrawn, then new ones.
if withdrawn ~= '' then
  for _, id in ipairs(call('ZRANGE', OUTBOX, 0, -1)) do
    local key = prefix .. id
    local item = call('HMGET', key, 'status', 'kind', 'staff')
    local named = string.find(withdrawn, ',' .. (item[2] or '') .. ',', 1, true)
    local ours = withdrawn == '*' and not item[3] and item[2] ~= 'page'
    if item[1] == 'ready' and (named or ours) then
      call('HSET', key, 'status', 'dropped')
      settle(id, key, at)
    end
  end
end
local born = {}
for _ = 1, tonumber(take()) do
  local id, score, settled, broom, n = take(), take(), take() == '1', take(), tonumber(take())
  local fields = {}
  for i = 1, n do fields[i] = take() end
  local key = prefix .. id
  call('HSET', key, unpack(fields))
  if settled then
    born[#born + 1], born[#born + 2] = at, id
    call('PEXPIRE', key, WEEK)
  else
    call('ZADD', OUTBOX, score, id)
    call('PEXPIRE', key, broom)
  end
end
if #born > 0 then
  call('ZADD', SENT, unpack(born))
  call('PEXPIRE', SENT, WEEK + DAY)
end

-- Now and then, what is too old to be of use.
if written % 8 == 0 then
  for _, old in ipairs(call('ZRANGEBYSCORE', EVENTS, '-inf', at - DAY)) do
    call('ZREM', EVENTS, old)
    call('DEL', seen .. old)
  end
  for _, old in ipairs(call('ZRANGEBYSCORE', SENT, '-inf', at - WEEK)) do
    call('ZREM', SENT, old)
    call('ZREM', UNKNOWN, old)
    call('DEL', prefix .. old)
  end
end

-- The journal and the counters.
if journal ~= '' then
  call('XADD', JOURNAL, 'MAXLEN', '~', 5000, written .. '-0', 'e', journal)
  if life > 0 then call('PEXPIRE', JOURNAL, life) else call('PERSIST', JOURNAL) end
end
for _ = 1, tonumber(take()) do
  local name, n = take(), tonumber(take())
  if call('HINCRBY', day, name, n) == n then call('PEXPIRE', day, 400 * DAY) end
end
local _, due, urgent = due_of(when)
refresh(person, prefix, due, urgent, at)
return {1, written}
