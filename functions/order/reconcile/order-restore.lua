#!lua
-- Makes an order what an event of the log says, unless it is past that.
--
-- KEYS[1] orderKey      the order (docs/order-protocol.md 4.1)
-- KEYS[2] intentsKey    orders begun and not finished, by due time
-- KEYS[3] eventsKey     all its events (4.2)
-- KEYS[4] ordersByAgeKey
-- ARGV[1] orderId
-- ARGV[2] sequence      of the event
-- ARGV[3] newState      what the event says of the order
-- ARGV[4] eventType
-- ARGV[5] event         JSON
-- ARGV[6] attempt
-- ARGV[7] fingerprint   of the request's body; empty when the event has none
-- ARGV[8] pricedOrder   JSON
-- ARGV[9] answer        JSON, what a repeat is answered
-- ARGV[10] placedMs     epoch ms
--
-- CREATED  there was no such order
-- UPDATED  the order or its events were behind the log
-- ALREADY  nothing to do
local orderKey, intentsKey, eventsKey, ordersByAgeKey = unpack(KEYS)
local orderId, sequence, newState, eventType, event, attempt, fingerprint, pricedOrder, answer, placedMs = unpack(ARGV)
-- @include "../../../shared/redis/lua/stored-data.lua"

local state, version = unpack(redis.call('HMGET', orderKey, 'st', 'v'))
local storedEvent = redis.call('HGET', eventsKey, sequence)
local hasEvent = storedEvent and string.find(storedEvent, eventType, 1, true)
-- An order that lost data has set back to RESERVING, ABORTED or REJECTED was accepted all the same: the log has its event.
local isAccepted = state == 'ACCEPTED' or state == 'CONFIRMED' or state == 'CANCELLED'
if isAccepted then checkIntegers(orderKey, { v = version }) end
checkType('zset', { intentsKey, ordersByAgeKey })
local isNewest = not isAccepted or tonumber(sequence) > tonumber(version)
if not hasEvent then redis.call('HSET', eventsKey, sequence, event) end
if not state then redis.call('HSET', orderKey, 'fp', fingerprint, 'lease', 0, 'body', pricedOrder, 't0', placedMs) end
if not isAccepted then redis.call('HSET', orderKey, 'att', attempt, 'resp', answer) end
if isNewest then redis.call('HSET', orderKey, 'st', newState, 'v', sequence) end
redis.call('ZREM', intentsKey, orderId)
redis.call('ZADD', ordersByAgeKey, 'NX', placedMs, orderId)
if not state then return 'CREATED' end
if isNewest or not hasEvent then return 'UPDATED' end
return 'ALREADY'
