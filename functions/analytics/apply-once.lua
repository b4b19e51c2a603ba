#!lua
-- Counts an event once. A counter of 19 digits is refused before anything is written: HINCRBY fails above 2^63 - 1,
-- and a script that fails midway keeps what it has written.
-- KEYS seen counters | eventId field increment ... -> APPLIED ALREADY OVERFLOW
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 'ALREADY' end
for i = 2, #ARGV, 2 do
  local count = redis.call('HGET', KEYS[2], ARGV[i])
  if count and #count > 18 or #ARGV[i + 1] > 18 then return 'OVERFLOW' end
end
for i = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[i], ARGV[i + 1]) end
redis.call('SADD', KEYS[1], ARGV[1])
return 'APPLIED'
