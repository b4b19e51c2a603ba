#!lua
-- Stops reserving and changing a SKU that has a record, or allows both again.
-- KEYS stk | frozen(0|1) -> 1, 0 without a record
if redis.call('HEXISTS', KEYS[1], 'rev') == 0 then return 0 end
if ARGV[1] == '1' then redis.call('HSET', KEYS[1], 'frozen', 1) else redis.call('HDEL', KEYS[1], 'frozen') end
return 1
