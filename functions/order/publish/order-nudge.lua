#!lua
-- Has an order's unread events published again. The next watch is as long as all before it together.
--
-- KEYS[1] orderOutboxKey  its events not read back from Kafka (docs/order-protocol.md 4.3)
-- KEYS[2] dueOutboxesKey  orders with an event to publish, by due time
-- KEYS[3] watchListKey    orders with an event not read back, by when to nudge
-- ARGV[1] orderId
-- ARGV[2] watchMs         the shortest watch
-- ARGV[3] longestWatchMs
--
-- NUDGED  published again, and watched again
-- CLOSED  all its events were read back
local orderOutboxKey, dueOutboxesKey, watchListKey = unpack(KEYS)
local orderId, watchMs, longestWatchMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
-- @include "../../../shared/redis/lua/clock.lua"
-- @include "../../../shared/orders/lua/order-outbox.lua"

checkType('zset', { dueOutboxesKey, watchListKey })
local now = nowMs()
local _, unread = readOutbox(orderOutboxKey)
local oldestMs
for _, writtenMs in pairs(unread) do oldestMs = math.min(oldestMs or writtenMs, writtenMs) end
if not oldestMs then
  redis.call('ZREM', watchListKey, orderId)
  return 'CLOSED'
end
local nextWatchMs = math.min(math.max(watchMs, now - oldestMs), longestWatchMs)
redis.call('HDEL', orderOutboxKey, 'p')
redis.call('ZADD', dueOutboxesKey, now, orderId)
redis.call('ZADD', watchListKey, now + nextWatchMs, orderId)
return 'NUDGED'
