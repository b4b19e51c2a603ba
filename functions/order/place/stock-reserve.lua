#!lua
-- Holds units of one SKU for an order.
--
-- KEYS[1] stockKey   the SKU's record (docs/order-protocol.md 4.5)
-- KEYS[2] ledgerKey  the SKU's ledger of the order's day (4.6)
-- ARGV[1] orderId
-- ARGV[2] quantity   units
-- ARGV[3] attempt
--
-- {'OK'}                       held
-- {'ALREADY'}                  held before; by this attempt from now on, if it is the higher one
-- {'INSUFFICIENT', available}  fewer units are free
-- {'REFUSED'}                  a tombstone bars this attempt, or the order was restocked
-- {'QTY_MISMATCH'}             another quantity is held
-- {'UNKNOWN_SKU'}, {'FROZEN'}
local stockKey, ledgerKey = unpack(KEYS)
local orderId, quantity, attempt = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
-- @include "../../../shared/orders/lua/ledger-entry.lua"

local onHand, reserved, frozen = unpack(redis.call('HMGET', stockKey, 'onHand', 'reserved', 'frozen'))
if not onHand then return { 'UNKNOWN_SKU' } end
if frozen == '1' then return { 'FROZEN' } end
local letter, entryQuantity, entryAttempt = readEntry(ledgerKey, orderId)
if letter == 'R' or letter == 'D' then
  if entryQuantity ~= quantity then return { 'QTY_MISMATCH' } end
  if letter == 'R' and attempt > entryAttempt then writeEntry(ledgerKey, orderId, 'R', entryQuantity, attempt) end
  return { 'ALREADY' }
end
if letter == 'Z' or letter == 'X' and entryAttempt >= attempt then return { 'REFUSED' } end
checkIntegers(stockKey, { onHand = onHand, reserved = reserved })
local available = tonumber(onHand) - tonumber(reserved)
if available < quantity then return { 'INSUFFICIENT', available } end
redis.call('HINCRBY', stockKey, 'reserved', quantity)
writeEntry(ledgerKey, orderId, 'R', quantity, attempt)
return { 'OK' }
