#!lua
-- Makes a line of an order deducted whatever the ledger says, below zero if need be: its stock was promised. Only for an
-- order that the log has and that was not cancelled.
--
-- KEYS[1] stockKey   the SKU's record (docs/order-protocol.md 4.5)
-- KEYS[2] ledgerKey  the SKU's ledger of the order's day (4.6)
-- ARGV[1] orderId
-- ARGV[2] quantity   units
-- ARGV[3] attempt
--
-- RESTORED     deducted now
-- ALREADY      it was deducted before
-- UNKNOWN_SKU
local stockKey, ledgerKey = unpack(KEYS)
local orderId, quantity, attempt = ARGV[1], tonumber(ARGV[2]), ARGV[3]
-- @include "../../shared/orders/lua/ledger-entry.lua"

if redis.call('HEXISTS', stockKey, 'rev') == 0 then return 'UNKNOWN_SKU' end
local letter, entryQuantity = readEntry(ledgerKey, orderId)
if letter == 'D' then return 'ALREADY' end
local onHand, reserved, sold = unpack(redis.call('HMGET', stockKey, 'onHand', 'reserved', 'sold'))
checkIntegers(stockKey, { onHand = onHand, reserved = reserved, sold = sold })
if letter == 'R' then redis.call('HINCRBY', stockKey, 'reserved', -entryQuantity) end
redis.call('HINCRBY', stockKey, 'onHand', -quantity)
redis.call('HINCRBY', stockKey, 'sold', quantity)
writeEntry(ledgerKey, orderId, 'D', quantity, attempt)
return 'RESTORED'
