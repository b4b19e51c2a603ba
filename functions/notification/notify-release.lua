#!lua
-- Gives a claim back after a send that surely did not happen, so that a retry sends.
--
-- KEYS[1] recordKey  the notification (docs/order-protocol.md 4.9)
-- ARGV[1] owner
-- ARGV[2] reason
--
-- OK       given back. Where there was no claim, a record is left that bars the owner's claim, should that arrive late
-- ALREADY  it was given back before
-- FENCED   another owner has it, or it has ended
local recordKey = KEYS[1]
local owner, reason = unpack(ARGV)
-- @include "../../shared/redis/lua/clock.lua"

local state, currentOwner = unpack(redis.call('HMGET', recordKey, 'st', 'own'))
if state and currentOwner ~= owner then return 'FENCED' end
if state == 'PENDING' then return 'ALREADY' end
if state and state ~= 'SENDING' then return 'FENCED' end
redis.call('HSET', recordKey, 'st', 'PENDING', 'own', owner, 'updatedAt', nowMs(), 'reason', reason)
return 'OK'
