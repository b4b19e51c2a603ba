#!lua
-- Turns an order's hold into a deduction. Without a hold (only after lost data) it deducts what is free.
-- KEYS stk led | orderId quantity attempt -> OK OK_DIRECT ALREADY REFUSED INSUFFICIENT QTY_MISMATCH UNKNOWN_SKU
local quantity = tonumber(ARGV[2])
local stock = redis.call('HMGET', KEYS[1], 'onHand', 'reserved')
if not stock[1] then return 'UNKNOWN_SKU' end
local entry = redis.call('HGET', KEYS[2], ARGV[1])
if entry then
  local letter, held, heldBy = string.match(entry, '^(%a):(%d+):(%d+)$')
  if letter == 'D' then return 'ALREADY' end
  if letter ~= 'R' then return 'REFUSED' end
  if tonumber(held) ~= quantity then return 'QTY_MISMATCH' end
  redis.call('HINCRBY', KEYS[1], 'reserved', -quantity)
  redis.call('HINCRBY', KEYS[1], 'onHand', -quantity)
  redis.call('HINCRBY', KEYS[1], 'sold', quantity)
  redis.call('HSET', KEYS[2], ARGV[1], 'D:' .. held .. ':' .. heldBy)
  return 'OK'
end
if tonumber(stock[1]) - tonumber(stock[2]) < quantity then return 'INSUFFICIENT' end
redis.call('HINCRBY', KEYS[1], 'onHand', -quantity)
redis.call('HINCRBY', KEYS[1], 'sold', quantity)
redis.call('HSET', KEYS[2], ARGV[1], 'D:' .. ARGV[2] .. ':' .. ARGV[3])
return 'OK_DIRECT'
