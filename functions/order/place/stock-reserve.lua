#!lua
-- Holds a quantity of one SKU for an order.
-- KEYS stk led | orderId quantity attempt
-- -> {'OK'} {'ALREADY'} {'INSUFFICIENT', available} {'REFUSED'} {'QTY_MISMATCH'} {'UNKNOWN_SKU'} {'FROZEN'}
local quantity, attempt = tonumber(ARGV[2]), tonumber(ARGV[3])
local stock = redis.call('HMGET', KEYS[1], 'onHand', 'reserved', 'frozen')
if not stock[1] then return { 'UNKNOWN_SKU' } end
if stock[3] == '1' then return { 'FROZEN' } end
local entry = redis.call('HGET', KEYS[2], ARGV[1])
if entry then
  local letter, held, heldBy = string.match(entry, '^(%a):(%d+):(%d+)$')
  if letter == 'R' or letter == 'D' then
    if tonumber(held) ~= quantity then return { 'QTY_MISMATCH' } end
    if letter == 'R' and attempt > tonumber(heldBy) then redis.call('HSET', KEYS[2], ARGV[1], 'R:' .. held .. ':' .. ARGV[3]) end
    return { 'ALREADY' }
  end
  if letter == 'Z' or tonumber(heldBy) >= attempt then return { 'REFUSED' } end
end
local available = tonumber(stock[1]) - tonumber(stock[2])
if available < quantity then return { 'INSUFFICIENT', available } end
redis.call('HINCRBY', KEYS[1], 'reserved', quantity)
redis.call('HSET', KEYS[2], ARGV[1], 'R:' .. ARGV[2] .. ':' .. ARGV[3])
return { 'OK' }
