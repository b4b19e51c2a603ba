#!lua
-- Deletes an order for good, unless its stock is still to release or one of its events is still to be read back.
-- KEYS ord ev ob intent orders | orderId -> FORGOTTEN UNFINISHED
if redis.call('EXISTS', KEYS[3]) == 1 or redis.call('ZSCORE', KEYS[4], ARGV[1]) then return 'UNFINISHED' end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('ZREM', KEYS[5], ARGV[1])
return 'FORGOTTEN'
