#!lua
-- Adds units to a SKU, or takes units from it, once per key.
--
-- KEYS[1] stockKey        the SKU's record (docs/order-protocol.md 4.5)
-- KEYS[2] stockOutboxKey  its changes not read back from Kafka (4.7)
-- KEYS[3] adjustmentsKey  answers to its adjustments (4.8)
-- ARGV[1] adjustmentId    digest of the Idempotency-Key
-- ARGV[2] fingerprint     of delta and reason
-- ARGV[3] delta           units to add; negative to take
-- ARGV[4] reason
-- ARGV[5] untilMs         epoch ms, until when the change may be made
--
-- {'OK' or 'REPLAY', revision, onHand, reserved, sold}  made now or before, with the numbers right after it
-- {'MISMATCH'}                  another adjustment was made under this key
-- {'BELOW_RESERVED', reserved}  orders hold more than would be left
-- {'UNKNOWN_SKU'}, {'FROZEN'}
-- {'LATE'}                      after untilMs the relay may have forgotten the SKU
local stockKey, stockOutboxKey, adjustmentsKey = unpack(KEYS)
local adjustmentId, fingerprint, delta, reason, untilMs = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
-- @include "../../shared/redis/lua/clock.lua"
-- @include "../../shared/redis/lua/integer-text.lua"
-- @include "../../shared/redis/lua/stored-data.lua"

local given = redis.call('HGET', adjustmentsKey, adjustmentId)
if given then
  local storedFingerprint, revision, onHand, reserved, sold =
    string.match(given, '^A:(%x+):(%d+):(%-?%d+):(%-?%d+):(%-?%d+)$')
  if storedFingerprint ~= fingerprint then return { 'MISMATCH' } end
  return { 'REPLAY', tonumber(revision), tonumber(onHand), tonumber(reserved), tonumber(sold) }
end
local now = nowMs()
if now >= untilMs then return { 'LATE' } end
local name, priceMinor, currency, oldRevision, oldOnHand, reserved, sold, oldReceived, frozen = unpack(redis.call('HMGET',
  stockKey, 'name', 'priceMinor', 'currency', 'rev', 'onHand', 'reserved', 'sold', 'received', 'frozen'))
if not name then return { 'UNKNOWN_SKU' } end
if frozen == '1' then return { 'FROZEN' } end
checkIntegers(stockKey,
  { rev = oldRevision, onHand = oldOnHand, reserved = reserved, sold = sold, received = oldReceived })
checkType('hash', { stockOutboxKey })
if tonumber(oldOnHand) + delta < tonumber(reserved) then return { 'BELOW_RESERVED', tonumber(reserved) } end
local onHand = redis.call('HINCRBY', stockKey, 'onHand', ARGV[3])
local received = redis.call('HINCRBY', stockKey, 'received', ARGV[3])
local revision = redis.call('HINCRBY', stockKey, 'rev', 1)
redis.call('HSET', stockOutboxKey, revision, cjson.encode({
  name = name, priceMinor = priceMinor, currency = currency,
  onHand = integerText(onHand), reserved = reserved, sold = sold, received = integerText(received),
  delta = ARGV[3], reason = reason, at = integerText(now), adjustmentId = adjustmentId,
}))
redis.call('HSET', adjustmentsKey, adjustmentId,
  table.concat({ 'A', fingerprint, integerText(revision), integerText(onHand), reserved, sold }, ':'))
return { 'OK', revision, onHand, tonumber(reserved), tonumber(sold) }
