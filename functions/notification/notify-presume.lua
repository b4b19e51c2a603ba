#!lua
-- Notes a notification of which nothing is known as INDETERMINATE: it may have been sent before its claim was lost.
--
-- KEYS[1] recordKey      the notification (docs/order-protocol.md 4.9)
-- KEYS[2] orderIndexKey  notifications of the order, by first claim
-- KEYS[3] logKey         notifications of the shard, by first claim
-- ARGV[1] member         of the two indexes
-- ARGV[2] occurredMs     the event's time, epoch ms
-- ARGV[3] reason
-- ARGV[4] eventId   ARGV[5] orderId   ARGV[6] type   ARGV[7] channel   ARGV[8] to   ARGV[9] subject
--
-- PRESUMED  noted; else the state that is there, and stays
local recordKey, orderIndexKey, logKey = unpack(KEYS)
local member, occurredMs, reason = unpack(ARGV)
local eventId, orderId, type, channel, to, subject = unpack(ARGV, 4)
-- @include "../../shared/redis/lua/clock.lua"
-- @include "../../shared/redis/lua/stored-data.lua"

local state = redis.call('HGET', recordKey, 'st')
if state then return state end
checkType('zset', { orderIndexKey, logKey })
redis.call('ZADD', orderIndexKey, 'NX', occurredMs, member)
redis.call('ZADD', logKey, 'NX', occurredMs, member)
redis.call('HSET', recordKey, 'st', 'INDETERMINATE', 'own', '', 'lease', 0,
  'eventId', eventId, 'orderId', orderId, 'type', type, 'channel', channel, 'to', to, 'subject', subject,
  'claimedAt', occurredMs, 'updatedAt', nowMs(), 'reason', reason)
return 'PRESUMED'
