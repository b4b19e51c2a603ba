#!lua
-- Takes orders whose publishing is due and puts them off by a lease, so that another relay leaves them alone meanwhile.
--
-- KEYS[1] dueOutboxesKey  orders with an event to publish, by due time
-- ARGV[1] limit
-- ARGV[2] leaseMs
--
-- Order ids, the longest due first
local dueOutboxesKey = KEYS[1]
local limit, leaseMs = tonumber(ARGV[1]), tonumber(ARGV[2])
-- @include "../../../shared/redis/lua/clock.lua"

local now = nowMs()
local orderIds = redis.call('ZRANGEBYSCORE', dueOutboxesKey, '-inf', now, 'LIMIT', 0, limit)
for _, orderId in ipairs(orderIds) do redis.call('ZADD', dueOutboxesKey, 'XX', now + leaseMs, orderId) end
return orderIds
