#!lua
-- Turns an order's hold into a deduction. Without a hold, which follows only from lost data, it deducts what is free.
--
-- KEYS[1] stockKey   the SKU's record (docs/order-protocol.md 4.5)
-- KEYS[2] ledgerKey  the SKU's ledger of the order's day (4.6)
-- ARGV[1] orderId
-- ARGV[2] quantity   units
-- ARGV[3] attempt
--
-- OK            deducted
-- OK_DIRECT     deducted without a hold
-- ALREADY       it was deducted before
-- REFUSED       released or restocked
-- INSUFFICIENT  not held, and fewer units are free
-- QTY_MISMATCH  another quantity is held
-- UNKNOWN_SKU
local stockKey, ledgerKey = unpack(KEYS)
local orderId, quantity, attempt = ARGV[1], tonumber(ARGV[2]), ARGV[3]
-- @include "../../shared/orders/lua/ledger-entry.lua"

local onHand, reserved, sold = unpack(redis.call('HMGET', stockKey, 'onHand', 'reserved', 'sold'))
if not onHand then return 'UNKNOWN_SKU' end
local letter, entryQuantity, entryAttempt = readEntry(ledgerKey, orderId)
if letter then
  if letter == 'D' then return 'ALREADY' end
  if letter ~= 'R' then return 'REFUSED' end
  if entryQuantity ~= quantity then return 'QTY_MISMATCH' end
  checkIntegers(stockKey, { onHand = onHand, reserved = reserved, sold = sold })
  redis.call('HINCRBY', stockKey, 'reserved', -quantity)
  redis.call('HINCRBY', stockKey, 'onHand', -quantity)
  redis.call('HINCRBY', stockKey, 'sold', quantity)
  writeEntry(ledgerKey, orderId, 'D', entryQuantity, entryAttempt)
  return 'OK'
end
checkIntegers(stockKey, { onHand = onHand, reserved = reserved, sold = sold })
if tonumber(onHand) - tonumber(reserved) < quantity then return 'INSUFFICIENT' end
redis.call('HINCRBY', stockKey, 'onHand', -quantity)
redis.call('HINCRBY', stockKey, 'sold', quantity)
writeEntry(ledgerKey, orderId, 'D', quantity, attempt)
return 'OK_DIRECT'
