#!lua
-- Claims a notification, so that at most one sender sends it. A sender that asks twice gets the same answer.
-- KEYS rec of log | owner leaseMs idempotent(0|1) member eventId orderId type channel to subject
-- -> SEND SENT BUSY INDETERMINATE FAILED
local stored = redis.call('HMGET', KEYS[1], 'st', 'own', 'lease', 'claimedAt')
local state, owner = stored[1], stored[2]
if state == 'SENT' or state == 'FAILED' or state == 'INDETERMINATE' then return state end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- Given back by this same owner: the claim comes late, and nobody would send.
if state == 'PENDING' and owner == ARGV[1] then return 'BUSY' end
if state == 'SENDING' and owner ~= ARGV[1] then
  if tonumber(stored[3]) > now then return 'BUSY' end
  if ARGV[3] ~= '1' then
    redis.call('HSET', KEYS[1], 'st', 'INDETERMINATE', 'updatedAt', now, 'reason', 'the sender did not report back')
    return 'INDETERMINATE'
  end
end
local claimedAt = stored[4] or now
redis.call('ZADD', KEYS[2], 'NX', claimedAt, ARGV[4])
redis.call('ZADD', KEYS[3], 'NX', claimedAt, ARGV[4])
redis.call('HSET', KEYS[1], 'st', 'SENDING', 'own', ARGV[1], 'lease', now + tonumber(ARGV[2]),
  'eventId', ARGV[5], 'orderId', ARGV[6], 'type', ARGV[7], 'channel', ARGV[8], 'to', ARGV[9], 'subject', ARGV[10],
  'claimedAt', claimedAt, 'updatedAt', now, 'reason', '')
return 'SEND'
