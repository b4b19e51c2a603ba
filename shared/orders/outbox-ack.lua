#!lua
-- Notes that an order's events are published up to a sequence. They stay in `ob` until read back from Kafka.
-- KEYS ob outbox | orderId sequence -> 1 when something above is still to publish, else 0
local published = tonumber(redis.call('HGET', KEYS[1], 'p') or '0')
local sequence = tonumber(ARGV[2])
if sequence > published and redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('HSET', KEYS[1], 'p', sequence)
  published = sequence
end
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if field ~= 'p' and tonumber(field) > published then return 1 end
end
redis.call('ZREM', KEYS[2], ARGV[1])
return 0
