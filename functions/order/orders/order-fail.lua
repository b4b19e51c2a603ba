#!lua
-- Decides against an order. The intent stays, due at once, until its stock is released.
-- KEYS ord intent | orderId attempt to(REJECTED|ABORTED) resp requireExpired(0|1) -> OK ALREADY FENCED BUSY
local order = redis.call('HMGET', KEYS[1], 'st', 'att', 'lease')
if order[2] ~= ARGV[2] then return 'FENCED' end
if order[1] == ARGV[3] then return 'ALREADY' end
if order[1] ~= 'RESERVING' then return 'FENCED' end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[5] == '1' and tonumber(order[3]) > now then return 'BUSY' end
redis.call('HSET', KEYS[1], 'st', ARGV[3], 'resp', ARGV[4])
redis.call('ZADD', KEYS[2], now, ARGV[1])
return 'OK'
