#!lua
-- Says that a change of a SKU is coming: lists the SKU, and has the relay look at it once the lease is over.
-- KEYS skus due | sku leaseMs -> epoch ms until which the change may be made
local time = redis.call('TIME')
local due = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[2])
-- Always another one than before, so that the relay can tell whether somebody announced meanwhile.
local current = redis.call('ZSCORE', KEYS[2], ARGV[1])
if current and tonumber(current) >= due then due = tonumber(current) + 1 end
redis.call('ZADD', KEYS[1], 0, ARGV[1])
redis.call('ZADD', KEYS[2], due, ARGV[1])
return due
