#!lua
-- Deletes an order for good, unless its stock is still to be released or one of its events is still to be read back.
--
-- KEYS[1] orderKey        the order (docs/order-protocol.md 4.1)
-- KEYS[2] eventsKey       all its events (4.2)
-- KEYS[3] orderOutboxKey  its events not read back from Kafka (4.3)
-- KEYS[4] intentsKey      orders begun and not finished, by due time
-- KEYS[5] ordersByAgeKey
-- ARGV[1] orderId
--
-- FORGOTTEN   deleted, or it was deleted before
-- UNFINISHED  kept
local orderKey, eventsKey, orderOutboxKey, intentsKey, ordersByAgeKey = unpack(KEYS)
local orderId = ARGV[1]
-- @include "../../../shared/redis/lua/stored-data.lua"

if redis.call('EXISTS', orderOutboxKey) == 1 or redis.call('ZSCORE', intentsKey, orderId) then return 'UNFINISHED' end
checkType('zset', { ordersByAgeKey })
redis.call('DEL', orderKey, eventsKey)
redis.call('ZREM', ordersByAgeKey, orderId)
return 'FORGOTTEN'
