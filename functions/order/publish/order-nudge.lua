#!lua
-- Publishes again what nobody has read back from Kafka in time. The next watch is as long as all before it together.
-- KEYS ob outbox open | orderId watchMs longestMs -> NUDGED CLOSED
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local pending = redis.call('HGETALL', KEYS[1])
local oldest
for i = 1, #pending, 2 do
  local written = pending[i] ~= 'p' and tonumber(pending[i + 1])
  if written and (not oldest or written < oldest) then oldest = written end
end
if not oldest then
  redis.call('ZREM', KEYS[3], ARGV[1])
  return 'CLOSED'
end
local watch = math.min(math.max(tonumber(ARGV[2]), now - oldest), tonumber(ARGV[3]))
redis.call('HDEL', KEYS[1], 'p')
redis.call('ZADD', KEYS[2], now, ARGV[1])
redis.call('ZADD', KEYS[3], now + watch, ARGV[1])
return 'NUDGED'
