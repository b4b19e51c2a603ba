#!lua
-- Notes a notification of which nothing is known, so that nobody sends it: it may have gone out before its claim was lost.
-- KEYS rec of log | member occurredMs reason eventId orderId type channel to subject -> PRESUMED or the state it has
local state = redis.call('HGET', KEYS[1], 'st')
if state then return state end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[2], 'NX', ARGV[2], ARGV[1])
redis.call('ZADD', KEYS[3], 'NX', ARGV[2], ARGV[1])
redis.call('HSET', KEYS[1], 'st', 'INDETERMINATE', 'own', '', 'lease', 0,
  'eventId', ARGV[4], 'orderId', ARGV[5], 'type', ARGV[6], 'channel', ARGV[7], 'to', ARGV[8], 'subject', ARGV[9],
  'claimedAt', ARGV[2], 'updatedAt', now, 'reason', ARGV[3])
return 'PRESUMED'
