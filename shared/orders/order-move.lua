#!lua
-- Moves an order to a later state, together with the event of that, if it is in one of the allowed states.
--
-- KEYS[1] orderKey        the order (docs/order-protocol.md 4.1)
-- KEYS[2] orderOutboxKey  its events not read back from Kafka (4.3)
-- KEYS[3] dueOutboxesKey  orders with an event to publish, by due time
-- KEYS[4] watchListKey    orders with an event not read back, by when to nudge
-- KEYS[5] eventsKey       all its events (4.2)
-- ARGV[1] orderId
-- ARGV[2] newState
-- ARGV[3] allowedStates   separated by commas
-- ARGV[4] event           JSON
-- ARGV[5] publishLeaseMs  how long the caller has to publish before the relay does
-- ARGV[6] watchMs         how long the event may stay unread
--
-- {'OK', sequence}    moved; sequence is that of the event
-- {'ALREADY'}         it is in the new state
-- {'REFUSED', state}  it is in a state that is not allowed
-- {'MISSING'}         there is no such order
local orderKey, orderOutboxKey, dueOutboxesKey, watchListKey, eventsKey = unpack(KEYS)
local orderId, newState, allowedStates, event = unpack(ARGV)
local publishLeaseMs, watchMs = tonumber(ARGV[5]), tonumber(ARGV[6])
-- @include "../redis/lua/clock.lua"
-- @include "../redis/lua/stored-data.lua"

local STATES = { RESERVING = 1, ACCEPTED = 1, CONFIRMED = 1, CANCELLED = 1, REJECTED = 1, ABORTED = 1 }
local state = redis.call('HGET', orderKey, 'st')
if not state then return { 'MISSING' } end
if not STATES[state] then wrongType('st of ' .. orderKey .. ' is not a state of an order') end
if state == newState then return { 'ALREADY' } end
local isAllowed = false
for allowed in string.gmatch(allowedStates, '[^,]+') do
  if allowed == state then isAllowed = true end
end
if not isAllowed then return { 'REFUSED', state } end
checkType('hash', { orderOutboxKey, eventsKey })
checkType('zset', { dueOutboxesKey, watchListKey })
local now = nowMs()
local sequence = redis.call('HINCRBY', orderKey, 'v', 1)
redis.call('HSET', orderKey, 'st', newState)
redis.call('HSET', eventsKey, sequence, event)
redis.call('HSET', orderOutboxKey, sequence, now)
-- An entry that is there keeps its time: its writer may still be publishing.
redis.call('ZADD', dueOutboxesKey, 'NX', now + publishLeaseMs, orderId)
redis.call('ZADD', watchListKey, now + watchMs, orderId)
return { 'OK', sequence }
