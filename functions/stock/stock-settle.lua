#!lua
-- Has the relay forget a SKU, unless a change of it was announced since it was claimed.
--
-- KEYS[1] dueSkusKey    SKUs with a change that may have to be published, by due time
-- ARGV[1] sku
-- ARGV[2] claimedDueMs  the due time that the claim has set, epoch ms
--
-- 1 forgotten, 0 not
local dueSkusKey = KEYS[1]
local sku, claimedDueMs = ARGV[1], tonumber(ARGV[2])

local dueMs = redis.call('ZSCORE', dueSkusKey, sku)
if not dueMs or tonumber(dueMs) ~= claimedDueMs then return 0 end
return redis.call('ZREM', dueSkusKey, sku)
