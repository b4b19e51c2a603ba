#!lua
-- Gives a hold back. Without one it leaves a tombstone, so that a reserve of this attempt that comes late is refused.
-- KEYS stk led | orderId quantity attempt restock(0|1) -> RELEASED TOMBSTONE RESTOCKED ALREADY STALE
local attempt = tonumber(ARGV[3])
local entry = redis.call('HGET', KEYS[2], ARGV[1])
if not entry then
  redis.call('HSET', KEYS[2], ARGV[1], 'X:' .. ARGV[2] .. ':' .. ARGV[3])
  return 'TOMBSTONE'
end
local letter, held, heldBy = string.match(entry, '^(%a):(%d+):(%d+)$')
if letter == 'R' then
  if tonumber(heldBy) > attempt then return 'STALE' end
  redis.call('HINCRBY', KEYS[1], 'reserved', -tonumber(held))
  redis.call('HSET', KEYS[2], ARGV[1], 'X:' .. held .. ':' .. ARGV[3])
  return 'RELEASED'
end
if letter == 'D' then
  if ARGV[4] ~= '1' then return 'STALE' end
  redis.call('HINCRBY', KEYS[1], 'onHand', held)
  redis.call('HINCRBY', KEYS[1], 'sold', -tonumber(held))
  redis.call('HSET', KEYS[2], ARGV[1], 'Z:' .. held .. ':' .. heldBy)
  return 'RESTOCKED'
end
if letter == 'X' and attempt > tonumber(heldBy) then redis.call('HSET', KEYS[2], ARGV[1], 'X:' .. held .. ':' .. ARGV[3]) end
return 'ALREADY'
