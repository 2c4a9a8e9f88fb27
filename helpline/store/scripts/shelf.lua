-- Change fields of hashes in {all} together, if a guard still holds. ARGV: '' or '=' and the guard's field and
-- expected value ('' for none) on KEYS[1], then for each key from KEYS[2]: n and n times field, '+' or '-', value.
if ARGV[1] == '=' then
  if (redis.call('HGET', KEYS[1], ARGV[2]) or '') ~= ARGV[3] then return 0 end
end
local place = 4
for k = 2, #KEYS do
  for _ = 1, tonumber(ARGV[place]) do
    if ARGV[place + 2] == '+' then
      redis.call('HSET', KEYS[k], ARGV[place + 1], ARGV[place + 3])
    else
      redis.call('HDEL', KEYS[k], ARGV[place + 1])
    end
    place = place + 3
  end
  place = place + 1
end
return 1
