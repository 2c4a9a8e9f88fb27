-- What the scripts on one person share. KEYS are the person's drawers, in the order of keys.Drawers.
local PERSON, OUTBOX, SENT, AGENDA, URGENT, UNKNOWN = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local JOURNAL, EVENTS, STOP, CASES, AUDIT = KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11]
local DAY, WEEK = 86400000, 604800000
local call = redis.call

local function due_of(when)
  if not when then return nil, nil, nil end
  local _, over, due, urgent = string.match(when, '^(%S+) (%S+) (%S+) (%S+)$')
  return tonumber(over), tonumber(due), tonumber(urgent)
end

-- Take an item out of the waiting ones. It stays for a week, then goes by itself.
local function settle(id, key, at)
  call('ZREM', OUTBOX, id)
  call('ZADD', SENT, at, id)
  call('PEXPIRE', SENT, WEEK + DAY)
  call('PEXPIRE', key, WEEK)
end

-- Write into both agendas when this person is due next: the earlier of a timer and a waiting item. While one
-- item is being sent the others wait behind it, until its lease ends.
local function refresh(person, prefix, due, urgent)
  local lease = 0
  local items = {}
  local waiting = call('ZRANGE', OUTBOX, 0, 499, 'WITHSCORES')
  for i = 1, #waiting, 2 do
    local known = call('HMGET', prefix .. waiting[i], 'status', 'urgent')
    if not known[1] then
      call('ZREM', OUTBOX, waiting[i])
    else
      local score = math.floor(tonumber(waiting[i + 1]))
      if known[1] == 'sending' and score > lease then lease = score end
      items[#items + 1] = {score, known[2]}
    end
  end
  for _, item in ipairs(items) do
    local moment = math.max(item[1], lease)
    if item[2] then
      if not urgent or moment < urgent then urgent = moment end
    elseif not due or moment < due then
      due = moment
    end
  end
  if due and due == urgent then due = nil end
  if due then call('ZADD', AGENDA, string.format('%.0f', due), person) else call('ZREM', AGENDA, person) end
  if urgent then call('ZADD', URGENT, string.format('%.0f', urgent), person) else call('ZREM', URGENT, person) end
end

-- Delete the person's items, journal, served events and state; the opt-out mark and the cases stay.
local function forget(person, prefix, seen)
  local gone = 0
  for _, drawer in ipairs({OUTBOX, SENT}) do
    for _, id in ipairs(call('ZRANGE', drawer, 0, -1)) do
      gone = gone + call('DEL', prefix .. id)
      call('ZREM', UNKNOWN, id)
    end
  end
  for _, event in ipairs(call('ZRANGE', EVENTS, 0, -1)) do gone = gone + call('DEL', seen .. event) end
  gone = gone + call('DEL', PERSON, OUTBOX, SENT, JOURNAL, EVENTS)
  gone = gone + call('ZREM', AGENDA, person) + call('ZREM', URGENT, person)
  return gone
end
