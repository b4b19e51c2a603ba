#!lua
-- Decides against an order. The intent stays, due at once, until the stock is released.
--
-- KEYS[1] orderKey    the order (docs/order-protocol.md 4.1)
-- KEYS[2] intentsKey  orders begun and not finished, by due time
-- ARGV[1] orderId
-- ARGV[2] attempt
-- ARGV[3] decision    REJECTED or ABORTED
-- ARGV[4] answer      JSON, what a repeat is answered; empty for ABORTED
-- ARGV[5] needsLeaseEnd  1 when the lease must have ended, else 0
--
-- OK       decided
-- ALREADY  it was decided so before
-- FENCED   another attempt has taken over, or the order was decided otherwise
-- BUSY     the lease still runs
local orderKey, intentsKey = unpack(KEYS)
local orderId, attempt, decision, answer, needsLeaseEnd = unpack(ARGV)
-- @include "../../../shared/redis/lua/clock.lua"
-- @include "../../../shared/redis/lua/stored-data.lua"

local state, currentAttempt, leaseEndMs = unpack(redis.call('HMGET', orderKey, 'st', 'att', 'lease'))
if currentAttempt ~= attempt then return 'FENCED' end
if state == decision then return 'ALREADY' end
if state ~= 'RESERVING' then return 'FENCED' end
local now = nowMs()
checkIntegers(orderKey, { lease = leaseEndMs })
if needsLeaseEnd == '1' and tonumber(leaseEndMs) > now then return 'BUSY' end
checkType('zset', { intentsKey })
redis.call('HSET', orderKey, 'st', decision, 'resp', answer)
redis.call('ZADD', intentsKey, now, orderId)
return 'OK'
