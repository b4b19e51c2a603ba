#!lua
-- Sets a SKU's record, on a condition: a revision ('' for none), or that there is none yet.
-- KEYS stk | mustBeNew(0|1) revision name priceMinor currency onHand
-- -> {'CREATED', rev} {'UPDATED', rev} {'PRECONDITION_FAILED'} {'BELOW_RESERVED', reserved}
local stock = redis.call('HMGET', KEYS[1], 'rev', 'onHand', 'reserved')
local onHand = tonumber(ARGV[6])
if not stock[1] then
  if ARGV[1] ~= '1' then return { 'PRECONDITION_FAILED' } end
  redis.call('HSET', KEYS[1], 'name', ARGV[3], 'priceMinor', ARGV[4], 'currency', ARGV[5], 'onHand', ARGV[6],
    'reserved', 0, 'sold', 0, 'received', ARGV[6], 'rev', 1)
  return { 'CREATED', 1 }
end
if ARGV[1] == '1' or ARGV[2] ~= stock[1] then return { 'PRECONDITION_FAILED' } end
if onHand < tonumber(stock[3]) then return { 'BELOW_RESERVED', tonumber(stock[3]) } end
redis.call('HINCRBY', KEYS[1], 'received', onHand - tonumber(stock[2]))
redis.call('HSET', KEYS[1], 'name', ARGV[3], 'priceMinor', ARGV[4], 'currency', ARGV[5], 'onHand', ARGV[6])
return { 'UPDATED', redis.call('HINCRBY', KEYS[1], 'rev', 1) }
