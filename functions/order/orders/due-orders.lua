#!lua
-- Orders of a set by time whose time came at least `sinceMs` ago, the longest due first.
-- KEYS set | limit sinceMs -> order ids
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]), 'LIMIT', 0, tonumber(ARGV[1]))
