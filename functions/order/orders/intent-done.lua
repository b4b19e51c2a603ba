#!lua
-- Removes the intent once the stock is released, unless a newer attempt has re-opened the order.
--
-- KEYS[1] orderKey    the order (docs/order-protocol.md 4.1)
-- KEYS[2] intentsKey  orders begun and not finished, by due time
-- ARGV[1] orderId
-- ARGV[2] attempt
--
-- 1 removed, 0 not
local orderKey, intentsKey = unpack(KEYS)
local orderId, attempt = unpack(ARGV)

local state, currentAttempt = unpack(redis.call('HMGET', orderKey, 'st', 'att'))
if state == 'RESERVING' or currentAttempt ~= attempt then return 0 end
return redis.call('ZREM', intentsKey, orderId)
