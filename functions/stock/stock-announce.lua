#!lua
-- Announces a change of a SKU: lists the SKU, and has the relay look at it once the lease is over.
--
-- KEYS[1] skusKey     all SKUs
-- KEYS[2] dueSkusKey  SKUs with a change that may have to be published, by due time
-- ARGV[1] sku
-- ARGV[2] leaseMs
--
-- Epoch ms, until when the change may be made
local skusKey, dueSkusKey = unpack(KEYS)
local sku, leaseMs = ARGV[1], tonumber(ARGV[2])
-- @include "../../shared/redis/lua/clock.lua"

local dueMs = nowMs() + leaseMs
-- Always another time than before, so that the relay can tell whether a change was announced meanwhile.
local previousMs = redis.call('ZSCORE', dueSkusKey, sku)
if previousMs and tonumber(previousMs) >= dueMs then dueMs = tonumber(previousMs) + 1 end
redis.call('ZADD', skusKey, 0, sku)
redis.call('ZADD', dueSkusKey, dueMs, sku)
return dueMs
