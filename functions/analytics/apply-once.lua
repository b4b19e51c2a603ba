#!lua
-- Counts an event once.
--
-- KEYS[1] seenKey      ids of the events counted on the event's day
-- KEYS[2] countersKey  the counters (docs/order-protocol.md 4.10)
-- ARGV[1] eventId
-- ARGV[2] and on: a counter's field and what is added to it, alternating
--
-- APPLIED   counted
-- ALREADY   it was counted before
-- OVERFLOW  a counter or an increment has 19 digits: nothing is added
local seenKey, countersKey = unpack(KEYS)
local eventId = ARGV[1]
-- @include "../../shared/redis/lua/stored-data.lua"

if redis.call('SISMEMBER', seenKey, eventId) == 1 then return 'ALREADY' end
for i = 2, #ARGV, 2 do
  local count = redis.call('HGET', countersKey, ARGV[i]) or '0'
  if #count > 18 or #ARGV[i + 1] > 18 then return 'OVERFLOW' end
  checkIntegers(countersKey, { [ARGV[i]] = count })
end
for i = 2, #ARGV, 2 do redis.call('HINCRBY', countersKey, ARGV[i], ARGV[i + 1]) end
redis.call('SADD', seenKey, eventId)
return 'APPLIED'
