#!lua
-- Notes how a send ended. Its owner may still correct INDETERMINATE after the lease.
--
-- KEYS[1] recordKey  the notification (docs/order-protocol.md 4.9)
-- ARGV[1] owner
-- ARGV[2] outcome    SENT, FAILED or INDETERMINATE
-- ARGV[3] reason     empty where it is sent
--
-- OK       noted
-- ALREADY  it was noted before
-- FENCED   another owner has it, or it ended otherwise
-- MISSING  there is no such notification
local recordKey = KEYS[1]
local owner, outcome, reason = unpack(ARGV)
-- @include "../../shared/redis/lua/clock.lua"

local state, currentOwner = unpack(redis.call('HMGET', recordKey, 'st', 'own'))
if not state then return 'MISSING' end
if currentOwner ~= owner then return 'FENCED' end
if state == outcome then return 'ALREADY' end
if state ~= 'SENDING' and state ~= 'INDETERMINATE' then return 'FENCED' end
redis.call('HSET', recordKey, 'st', outcome, 'updatedAt', nowMs(), 'reason', reason)
return 'OK'
