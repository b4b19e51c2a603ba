#!lua
-- Sets a SKU's record, on a condition: a revision ('' for none), or that there is none yet. The change is noted in `ob`.
-- KEYS stk ob | mustBeNew(0|1) revision name priceMinor currency onHand untilMs
-- -> {'CREATED'} {'UPDATED'} {'PRECONDITION_FAILED'} {'BELOW_RESERVED', reserved} {'FROZEN'} {'LATE'}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if now >= tonumber(ARGV[7]) then return { 'LATE' } end
local stock = redis.call('HMGET', KEYS[1], 'rev', 'onHand', 'reserved', 'frozen')
local onHand = tonumber(ARGV[6])
local outcome, delta = 'CREATED', onHand
if stock[1] then
  if ARGV[1] == '1' or ARGV[2] ~= stock[1] then return { 'PRECONDITION_FAILED' } end
  if stock[4] == '1' then return { 'FROZEN' } end
  if onHand < tonumber(stock[3]) then return { 'BELOW_RESERVED', tonumber(stock[3]) } end
  outcome, delta = 'UPDATED', onHand - tonumber(stock[2])
elseif ARGV[1] ~= '1' then
  return { 'PRECONDITION_FAILED' }
end
redis.call('HSET', KEYS[1], 'name', ARGV[3], 'priceMinor', ARGV[4], 'currency', ARGV[5], 'onHand', ARGV[6])
local revision = redis.call('HINCRBY', KEYS[1], 'rev', 1)
local received = redis.call('HINCRBY', KEYS[1], 'received', delta)
local reserved = redis.call('HINCRBY', KEYS[1], 'reserved', 0)
local sold = redis.call('HINCRBY', KEYS[1], 'sold', 0)
redis.call('HSET', KEYS[2], revision, cjson.encode({
  name = ARGV[3], priceMinor = ARGV[4], currency = ARGV[5], onHand = ARGV[6],
  reserved = string.format('%.0f', reserved), sold = string.format('%.0f', sold),
  received = string.format('%.0f', received), delta = string.format('%.0f', delta),
  reason = stock[1] and 'set' or 'created', at = string.format('%.0f', now),
}))
return { outcome }
