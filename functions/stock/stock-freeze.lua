#!lua
-- Stops reserving and changing a SKU, or allows both again.
--
-- KEYS[1] stockKey  the SKU's record (docs/order-protocol.md 4.5)
-- ARGV[1] frozen    1 or 0
--
-- 1, or 0 where there is no record
local stockKey = KEYS[1]
local frozen = ARGV[1]

if redis.call('HEXISTS', stockKey, 'rev') == 0 then return 0 end
if frozen == '1' then redis.call('HSET', stockKey, 'frozen', 1) else redis.call('HDEL', stockKey, 'frozen') end
return 1
