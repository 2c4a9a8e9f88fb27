-- What the scripts on one person share. KEYS are the person's drawers, in the order of keys.Drawers.
local PERSON, OUTBOX, SENT, AGENDA, URGENT, UNKNOWN = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local JOURNAL, EVENTS, STOP, CASES, AUDIT = KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11]
local DAY, WEEK = 86400000, 604800000
local HOLD, LONGEST_HOLD, MOST_LEASE, AGAIN = 120000, 300000, 120000, 1e13 -- as in helpline/store/holds.py
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

-- Let an item be of unknown fate. It remembers since when nobody knows, also when it is tried again. What may be
-- sent again comes before what may not, and what is urgent before all.
local function doubt(id, key, sent, at)
  local again = string.find(call('HGET', key, 'fixed'), '"safe"', 1, true)
  local first = again and (call('HEXISTS', key, 'urgent') + 1) * AGAIN or 0
  call('HSET', key, 'status', 'unknown')
  call('HDEL', key, 'lease')
  call('HSETNX', key, 'doubted', sent)
  settle(id, key, at)
  call('ZADD', UNKNOWN, string.format('%.0f', math.floor(sent / 1000) - first), id)
end

-- Until when others must wait, by recipient ('' is she herself, else one of the staff): while a send to them is
-- under way, and for a while after one of unknown fate. What is urgent waits for an urgent send under way alone.
local function holds(waiting, prefix, at)
  local calm, urgent = {}, {}
  local function hold(who, till)
    calm[who] = math.max(calm[who] or 0, till)
  end
  for i = 1, #waiting, 2 do
    local item = call('HMGET', prefix .. waiting[i], 'status', 'urgent', 'staff')
    local who, lease = item[3] or '', math.floor(tonumber(waiting[i + 1]))
    if item[1] == 'sending' and lease <= at + MOST_LEASE then
      hold(who, lease)
      if item[2] then urgent[who] = math.max(urgent[who] or 0, lease) end
    end
  end
  if #waiting > 0 then
    for _, id in ipairs(call('ZRANGEBYSCORE', SENT, '(' .. (at - HOLD), '+inf')) do
      local item = call('HMGET', prefix .. id, 'status', 'staff', 'sent', 'doubted')
      local sent = math.floor(tonumber(item[3] or 0) / 1000)
      if item[1] == 'unknown' and sent <= at + HOLD then
        hold(item[2] or '', math.min(sent + HOLD, math.floor(tonumber(item[4] or item[3]) / 1000) + LONGEST_HOLD))
      end
    end
  end
  return calm, urgent
end

-- Write into both agendas when this person is due next: the earlier of a timer and a waiting item that nothing
-- holds back. A lease that ends later than one can is of a clock since set back: it is looked at now.
local function refresh(person, prefix, due, urgent, at)
  local waiting = call('ZRANGE', OUTBOX, 0, 499, 'WITHSCORES')
  local calm, pressing = holds(waiting, prefix, at)
  for i = 1, #waiting, 2 do
    local item = call('HMGET', prefix .. waiting[i], 'status', 'urgent', 'staff')
    local moment = math.floor(tonumber(waiting[i + 1]))
    if not item[1] then
      call('ZREM', OUTBOX, waiting[i])
    else
      if item[1] == 'ready' then
        moment = math.max(moment, (item[2] and pressing or calm)[item[3] or ''] or 0)
      elseif moment > at + MOST_LEASE then
        moment = at
      end
      if item[2] then
        if not urgent or moment < urgent then urgent = moment end
      elseif not due or moment < due then
        due = moment
      end
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
