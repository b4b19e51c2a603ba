#!lua
-- Moves an order on, with the event that says so, if it is in one of the states named.
-- KEYS ord ob outbox open ev | orderId to fromCsv event publishLeaseMs watchMs
-- -> {'OK', sequence} {'ALREADY'} {'REFUSED', state} {'MISSING'}
local state = redis.call('HGET', KEYS[1], 'st')
if not state then return { 'MISSING' } end
if state == ARGV[2] then return { 'ALREADY' } end
local allowed = false
for from in string.gmatch(ARGV[3], '[^,]+') do
  if from == state then allowed = true end
end
if not allowed then return { 'REFUSED', state } end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local sequence = redis.call('HINCRBY', KEYS[1], 'v', 1)
redis.call('HSET', KEYS[1], 'st', ARGV[2])
redis.call('HSET', KEYS[5], sequence, ARGV[4])
redis.call('HSET', KEYS[2], sequence, now)
redis.call('ZADD', KEYS[3], 'NX', now + tonumber(ARGV[5]), ARGV[1])
redis.call('ZADD', KEYS[4], now + tonumber(ARGV[6]), ARGV[1])
return { 'OK', sequence }
