#!lua
-- An event was read back from Kafka, so Kafka has it. The last one closes the watch on its order.
-- KEYS ob outbox open | orderId sequence -> 1 when others are still unseen, else 0
redis.call('HDEL', KEYS[1], ARGV[2])
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if field ~= 'p' then return 1 end
end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return 0
