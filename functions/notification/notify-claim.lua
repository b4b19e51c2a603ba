#!lua
-- Claims a notification, so that at most one sender sends it.
--
-- KEYS[1] recordKey      the notification (docs/order-protocol.md 4.9)
-- KEYS[2] orderIndexKey  notifications of the order, by first claim
-- KEYS[3] logKey         notifications of the shard, by first claim
-- ARGV[1] owner          another one for each attempt to send
-- ARGV[2] leaseMs
-- ARGV[3] isIdempotent   1 when the other side drops a repeat, so that a claim without a report may be sent again; else 0
-- ARGV[4] member         of the two indexes
-- ARGV[5] eventId   ARGV[6] orderId   ARGV[7] type   ARGV[8] channel   ARGV[9] to   ARGV[10] subject
--
-- SEND           the owner is to send it; also when it asks twice
-- BUSY           another owner may be sending it, or this owner has given its claim back
-- SENT, FAILED, INDETERMINATE  how it ended
local recordKey, orderIndexKey, logKey = unpack(KEYS)
local owner, leaseMs, isIdempotent, member = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1', ARGV[4]
local eventId, orderId, type, channel, to, subject = unpack(ARGV, 5)
-- @include "../../shared/redis/lua/clock.lua"
-- @include "../../shared/redis/lua/stored-data.lua"

local state, currentOwner, leaseEndMs, claimedAt = unpack(redis.call('HMGET', recordKey, 'st', 'own', 'lease', 'claimedAt'))
if state == 'SENT' or state == 'FAILED' or state == 'INDETERMINATE' then return state end
if state and state ~= 'PENDING' and state ~= 'SENDING' then wrongType('st of ' .. recordKey .. ' is not a state') end
-- The claim comes after its own release, so nobody would send.
if state == 'PENDING' and currentOwner == owner then return 'BUSY' end
local now = nowMs()
if state == 'SENDING' and currentOwner ~= owner then
  checkIntegers(recordKey, { lease = leaseEndMs })
  if tonumber(leaseEndMs) > now then return 'BUSY' end
  if not isIdempotent then
    redis.call('HSET', recordKey, 'st', 'INDETERMINATE', 'updatedAt', now, 'reason', 'the sender did not report back')
    return 'INDETERMINATE'
  end
end
checkType('zset', { orderIndexKey, logKey })
if claimedAt then checkIntegers(recordKey, { claimedAt = claimedAt }) end
claimedAt = claimedAt or now
redis.call('ZADD', orderIndexKey, 'NX', claimedAt, member)
redis.call('ZADD', logKey, 'NX', claimedAt, member)
redis.call('HSET', recordKey, 'st', 'SENDING', 'own', owner, 'lease', now + leaseMs,
  'eventId', eventId, 'orderId', orderId, 'type', type, 'channel', channel, 'to', to, 'subject', subject,
  'claimedAt', claimedAt, 'updatedAt', now, 'reason', '')
return 'SEND'
