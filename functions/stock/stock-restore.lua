#!lua
-- Makes a SKU's record what a change in the log says, unless it is past that. A record made here starts frozen.
-- KEYS stk ob adj | revision name priceMinor currency received adjustmentId('' for none) entry -> CREATED UPDATED ALREADY
local stock = redis.call('HMGET', KEYS[1], 'rev', 'received')
local outcome = 'ALREADY'
if not stock[1] then
  redis.call('HSET', KEYS[1], 'onHand', ARGV[5], 'reserved', 0, 'sold', 0, 'frozen', 1)
  outcome = 'CREATED'
elseif tonumber(ARGV[1]) > tonumber(stock[1]) then
  redis.call('HINCRBY', KEYS[1], 'onHand', tonumber(ARGV[5]) - tonumber(stock[2]))
  outcome = 'UPDATED'
end
if outcome ~= 'ALREADY' then
  redis.call('HSET', KEYS[1], 'rev', ARGV[1], 'name', ARGV[2], 'priceMinor', ARGV[3], 'currency', ARGV[4], 'received', ARGV[5])
end
if ARGV[6] ~= '' then redis.call('HSETNX', KEYS[3], ARGV[6], ARGV[7]) end
redis.call('HDEL', KEYS[2], ARGV[1])
return outcome
