#!lua
-- Accepts an order and stores its first event in one step: from here on the order is never lost.
--
-- KEYS[1] orderKey        the order (docs/order-protocol.md 4.1)
-- KEYS[2] intentsKey      orders begun and not finished, by due time
-- KEYS[3] orderOutboxKey  its events not read back from Kafka (4.3)
-- KEYS[4] dueOutboxesKey  orders with an event to publish, by due time
-- KEYS[5] watchListKey    orders with an event not read back, by when to nudge
-- KEYS[6] eventsKey       all its events (4.2)
-- ARGV[1] orderId
-- ARGV[2] attempt
-- ARGV[3] answer          JSON, what a repeat is answered
-- ARGV[4] event           JSON
-- ARGV[5] publishLeaseMs  how long the caller has to publish before the relay does
-- ARGV[6] watchMs         how long the event may stay unread
--
-- OK       accepted
-- ALREADY  this attempt was accepted before
-- FENCED   another attempt has taken over, or the order was decided otherwise: touch nothing
local orderKey, intentsKey, orderOutboxKey, dueOutboxesKey, watchListKey, eventsKey = unpack(KEYS)
local orderId, attempt, answer, event = unpack(ARGV)
local publishLeaseMs, watchMs = tonumber(ARGV[5]), tonumber(ARGV[6])
-- @include "../../../shared/redis/lua/clock.lua"
-- @include "../../../shared/redis/lua/stored-data.lua"

local state, currentAttempt = unpack(redis.call('HMGET', orderKey, 'st', 'att'))
if currentAttempt ~= attempt then return 'FENCED' end
if state == 'ACCEPTED' or state == 'CONFIRMED' or state == 'CANCELLED' then return 'ALREADY' end
if state ~= 'RESERVING' then return 'FENCED' end
checkType('hash', { orderOutboxKey, eventsKey })
checkType('zset', { intentsKey, dueOutboxesKey, watchListKey })
local now = nowMs()
redis.call('HSET', orderKey, 'st', 'ACCEPTED', 'v', 1, 'resp', answer)
redis.call('HSET', eventsKey, 1, event)
redis.call('HSET', orderOutboxKey, 1, now)
redis.call('ZADD', dueOutboxesKey, now + publishLeaseMs, orderId)
redis.call('ZADD', watchListKey, now + watchMs, orderId)
redis.call('ZREM', intentsKey, orderId)
return 'OK'
