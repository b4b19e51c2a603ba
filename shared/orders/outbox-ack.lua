#!lua
-- Notes that Kafka has acknowledged an order's events up to a sequence. They stay in its outbox until they are read back.
--
-- KEYS[1] orderOutboxKey  the order's events not read back from Kafka (docs/order-protocol.md 4.3)
-- KEYS[2] dueOutboxesKey  orders with an event to publish, by due time
-- ARGV[1] orderId
-- ARGV[2] sequence
--
-- 1 when a later event is still to be published, else 0
local orderOutboxKey, dueOutboxesKey = unpack(KEYS)
local orderId, sequence = ARGV[1], tonumber(ARGV[2])
-- @include "lua/order-outbox.lua"

checkType('zset', { dueOutboxesKey })
local published, unread = readOutbox(orderOutboxKey)
-- An outbox that was deleted, as all its events were read back, is not created again.
if sequence > published and redis.call('EXISTS', orderOutboxKey) == 1 then
  redis.call('HSET', orderOutboxKey, 'p', sequence)
  published = sequence
end
for unreadSequence in pairs(unread) do
  if unreadSequence > published then return 1 end
end
redis.call('ZREM', dueOutboxesKey, orderId)
return 0
