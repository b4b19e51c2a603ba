#!lua
-- Reads which orders of a sorted set are due, the longest due first.
--
-- KEYS[1] dueKey  orders by due time, epoch ms
-- ARGV[1] limit
-- ARGV[2] dueForMs  how long an order must have been due
--
-- Order ids
local dueKey = KEYS[1]
local limit, dueForMs = tonumber(ARGV[1]), tonumber(ARGV[2])
-- @include "../../../shared/redis/lua/clock.lua"

return redis.call('ZRANGEBYSCORE', dueKey, '-inf', nowMs() - dueForMs, 'LIMIT', 0, limit)
