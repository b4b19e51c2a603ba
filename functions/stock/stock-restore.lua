#!lua
-- Makes a SKU's record what a change of the log says, unless it is past that. A record made here starts frozen.
--
-- KEYS[1] stockKey        the SKU's record (docs/order-protocol.md 4.5)
-- KEYS[2] stockOutboxKey  its changes not read back from Kafka (4.7)
-- KEYS[3] adjustmentsKey  answers to its adjustments (4.8)
-- ARGV[1] revision        of the change
-- ARGV[2] name
-- ARGV[3] priceMinor      minor units of the currency
-- ARGV[4] currency
-- ARGV[5] received        units
-- ARGV[6] adjustmentId    empty where the change is not an adjustment
-- ARGV[7] answer          to the adjustment
--
-- CREATED  there was no record
-- UPDATED  the record was behind the log
-- ALREADY  nothing to do
local stockKey, stockOutboxKey, adjustmentsKey = unpack(KEYS)
local revision, name, priceMinor, currency, received, adjustmentId, answer = unpack(ARGV)
-- @include "../../shared/redis/lua/stored-data.lua"

local currentRevision, onHand, oldReceived = unpack(redis.call('HMGET', stockKey, 'rev', 'onHand', 'received'))
if currentRevision then checkIntegers(stockKey, { rev = currentRevision, onHand = onHand, received = oldReceived }) end
checkType('hash', { stockOutboxKey, adjustmentsKey })
local outcome = 'ALREADY'
if not currentRevision then
  redis.call('HSET', stockKey, 'onHand', received, 'reserved', 0, 'sold', 0, 'frozen', 1)
  outcome = 'CREATED'
elseif tonumber(revision) > tonumber(currentRevision) then
  redis.call('HINCRBY', stockKey, 'onHand', tonumber(received) - tonumber(oldReceived))
  outcome = 'UPDATED'
end
if outcome ~= 'ALREADY' then
  redis.call('HSET', stockKey, 'rev', revision, 'name', name, 'priceMinor', priceMinor, 'currency', currency,
    'received', received)
end
if adjustmentId ~= '' then redis.call('HSETNX', adjustmentsKey, adjustmentId, answer) end
redis.call('HDEL', stockOutboxKey, revision)
return outcome
