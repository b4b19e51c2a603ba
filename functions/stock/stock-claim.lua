#!lua
-- Takes SKUs that are due and puts them off by a lease, so that another relay leaves them alone meanwhile.
--
-- KEYS[1] dueSkusKey  SKUs with a change that may have to be published, by due time
-- ARGV[1] limit
-- ARGV[2] leaseMs
--
-- SKU and its new due time (epoch ms), alternating, the longest due first
local dueSkusKey = KEYS[1]
local limit, leaseMs = tonumber(ARGV[1]), tonumber(ARGV[2])
-- @include "../../shared/redis/lua/clock.lua"
-- @include "../../shared/redis/lua/integer-text.lua"

local now = nowMs()
local dueMs = now + leaseMs
local claimed = {}
for _, sku in ipairs(redis.call('ZRANGEBYSCORE', dueSkusKey, '-inf', now, 'LIMIT', 0, limit)) do
  redis.call('ZADD', dueSkusKey, 'XX', dueMs, sku)
  table.insert(claimed, sku)
  table.insert(claimed, integerText(dueMs))
end
return claimed
