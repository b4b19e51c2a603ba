#!lua
-- Makes a line of an order that the log has, and that was not cancelled, deducted: whatever the ledger says, and also
-- below zero, as its stock was promised.
-- KEYS stk led | orderId quantity attempt -> RESTORED ALREADY UNKNOWN_SKU
if redis.call('HEXISTS', KEYS[1], 'rev') == 0 then return 'UNKNOWN_SKU' end
local letter, held = string.match(redis.call('HGET', KEYS[2], ARGV[1]) or '', '^(%a):(%d+):%d+$')
if letter == 'D' then return 'ALREADY' end
local quantity = tonumber(ARGV[2])
if letter == 'R' then redis.call('HINCRBY', KEYS[1], 'reserved', -tonumber(held)) end
redis.call('HINCRBY', KEYS[1], 'onHand', -quantity)
redis.call('HINCRBY', KEYS[1], 'sold', quantity)
redis.call('HSET', KEYS[2], ARGV[1], 'D:' .. ARGV[2] .. ':' .. ARGV[3])
return 'RESTORED'
