#!lua
-- Sets a SKU's record on a condition: there is none yet, or it has the revision named.
--
-- KEYS[1] stockKey        the SKU's record (docs/order-protocol.md 4.5)
-- KEYS[2] stockOutboxKey  its changes not read back from Kafka (4.7)
-- ARGV[1] mustBeNew       1 or 0
-- ARGV[2] wantedRevision  where it must not be new
-- ARGV[3] name
-- ARGV[4] priceMinor      minor units of the currency
-- ARGV[5] currency
-- ARGV[6] onHand          units
-- ARGV[7] untilMs         epoch ms, until when the change may be made
--
-- {'CREATED'}, {'UPDATED'}, {'PRECONDITION_FAILED'}, {'FROZEN'}
-- {'BELOW_RESERVED', reserved}  orders hold more units
-- {'LATE'}                      after untilMs the relay may have forgotten the SKU
local stockKey, stockOutboxKey = unpack(KEYS)
local mustBeNew, wantedRevision, name, priceMinor, currency = ARGV[1] == '1', unpack(ARGV, 2)
local onHand, untilMs = tonumber(ARGV[6]), tonumber(ARGV[7])
-- @include "../../shared/redis/lua/clock.lua"
-- @include "../../shared/redis/lua/integer-text.lua"
-- @include "../../shared/redis/lua/stored-data.lua"

local now = nowMs()
if now >= untilMs then return { 'LATE' } end
local oldRevision, oldOnHand, oldReserved, oldSold, oldReceived, frozen =
  unpack(redis.call('HMGET', stockKey, 'rev', 'onHand', 'reserved', 'sold', 'received', 'frozen'))
local outcome, reason, delta = 'CREATED', 'created', onHand
if oldRevision then
  if mustBeNew or wantedRevision ~= oldRevision then return { 'PRECONDITION_FAILED' } end
  if frozen == '1' then return { 'FROZEN' } end
  checkIntegers(stockKey, { rev = oldRevision, onHand = oldOnHand, reserved = oldReserved })
  if onHand < tonumber(oldReserved) then return { 'BELOW_RESERVED', tonumber(oldReserved) } end
  outcome, reason, delta = 'UPDATED', 'set', onHand - tonumber(oldOnHand)
elseif not mustBeNew then
  return { 'PRECONDITION_FAILED' }
end
checkIntegers(stockKey, { reserved = oldReserved or '0', sold = oldSold or '0', received = oldReceived or '0' })
checkType('hash', { stockOutboxKey })
redis.call('HSET', stockKey, 'name', name, 'priceMinor', priceMinor, 'currency', currency, 'onHand', ARGV[6])
local revision = redis.call('HINCRBY', stockKey, 'rev', 1)
local received = redis.call('HINCRBY', stockKey, 'received', delta)
local reserved = redis.call('HINCRBY', stockKey, 'reserved', 0)
local sold = redis.call('HINCRBY', stockKey, 'sold', 0)
redis.call('HSET', stockOutboxKey, revision, cjson.encode({
  name = name, priceMinor = priceMinor, currency = currency, onHand = ARGV[6],
  reserved = integerText(reserved), sold = integerText(sold), received = integerText(received),
  delta = integerText(delta), reason = reason, at = integerText(now),
}))
return { outcome }
