-- Write a case that exists, without its person. KEYS: the case, the open cases. ARGV: code, '1' while open,
-- opened, life in milliseconds once closed, then its fields. Answers 0 when there is no such case.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 5))
if ARGV[2] == '1' then
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
  redis.call('PERSIST', KEYS[1])
else
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return 1
