#!lua
-- The order and its first event in one step: from here on it is never lost.
-- KEYS ord intent ob outbox open ev | orderId attempt resp event publishLeaseMs watchMs -> OK ALREADY FENCED
local order = redis.call('HMGET', KEYS[1], 'st', 'att')
if order[2] ~= ARGV[2] then return 'FENCED' end
if order[1] == 'ACCEPTED' or order[1] == 'CONFIRMED' or order[1] == 'CANCELLED' then return 'ALREADY' end
if order[1] ~= 'RESERVING' then return 'FENCED' end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'st', 'ACCEPTED', 'v', 1, 'resp', ARGV[3])
redis.call('HSET', KEYS[6], 1, ARGV[4])
redis.call('HSET', KEYS[3], 1, now)
redis.call('ZADD', KEYS[4], now + tonumber(ARGV[5]), ARGV[1])
redis.call('ZADD', KEYS[5], now + tonumber(ARGV[6]), ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 'OK'
