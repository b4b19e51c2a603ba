#!lua
-- Forgets the intent once stock is released, unless a newer attempt has re-opened the order.
-- KEYS ord intent | orderId attempt -> 1 0
local order = redis.call('HMGET', KEYS[1], 'st', 'att')
if order[1] == 'RESERVING' or order[2] ~= ARGV[2] then return 0 end
return redis.call('ZREM', KEYS[2], ARGV[1])
