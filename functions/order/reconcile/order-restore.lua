#!lua
-- Makes an order what an event in the log says, unless it is past that. An order that Redis took back before Kafka's
-- event of its acceptance (RESERVING, ABORTED, REJECTED) was accepted all the same: the log says so.
-- KEYS ord intent ev orders | orderId sequence state type event attempt fingerprint body resp t0 -> CREATED UPDATED ALREADY
local order = redis.call('HMGET', KEYS[1], 'st', 'v')
local stored = redis.call('HGET', KEYS[3], ARGV[2])
local hasEvent = stored and string.find(stored, ARGV[4], 1, true)
local accepted = order[1] == 'ACCEPTED' or order[1] == 'CONFIRMED' or order[1] == 'CANCELLED'
local isNewest = not accepted or tonumber(ARGV[2]) > tonumber(order[2])
if not hasEvent then redis.call('HSET', KEYS[3], ARGV[2], ARGV[5]) end
if not order[1] then redis.call('HSET', KEYS[1], 'fp', ARGV[7], 'lease', 0, 'body', ARGV[8], 't0', ARGV[10]) end
if not accepted then redis.call('HSET', KEYS[1], 'att', ARGV[6], 'resp', ARGV[9]) end
if isNewest then redis.call('HSET', KEYS[1], 'st', ARGV[3], 'v', ARGV[2]) end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[4], 'NX', ARGV[10], ARGV[1])
if not order[1] then return 'CREATED' end
if isNewest or not hasEvent then return 'UPDATED' end
return 'ALREADY'
