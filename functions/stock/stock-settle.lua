#!lua
-- Has the relay forget a SKU, unless somebody has announced a change since it was claimed.
-- KEYS due | sku claimedDue -> 1 0
local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not due or tonumber(due) ~= tonumber(ARGV[2]) then return 0 end
return redis.call('ZREM', KEYS[1], ARGV[1])
