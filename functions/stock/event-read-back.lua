#!lua
-- Notes that an event was read back from Kafka. The last one ends the watch on its order.
--
-- KEYS[1] orderOutboxKey  the order's events not read back from Kafka (docs/order-protocol.md 4.3)
-- KEYS[2] dueOutboxesKey  orders with an event to publish, by due time
-- KEYS[3] watchListKey    orders with an event not read back, by when to nudge
-- ARGV[1] orderId
-- ARGV[2] sequence        of the event
--
-- 1 when other events are unread, else 0
local orderOutboxKey, dueOutboxesKey, watchListKey = unpack(KEYS)
local orderId, sequence = unpack(ARGV)
-- @include "../../shared/orders/lua/order-outbox.lua"

checkType('zset', { dueOutboxesKey, watchListKey })
local _, unread = readOutbox(orderOutboxKey)
redis.call('HDEL', orderOutboxKey, sequence)
unread[tonumber(sequence)] = nil
if next(unread) then return 1 end
redis.call('DEL', orderOutboxKey)
redis.call('ZREM', dueOutboxesKey, orderId)
redis.call('ZREM', watchListKey, orderId)
return 0
