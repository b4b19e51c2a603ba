#!lua
-- Gives an order's hold of one SKU back, and with restock a deduction too.
--
-- KEYS[1] stockKey   the SKU's record (docs/order-protocol.md 4.5)
-- KEYS[2] ledgerKey  the SKU's ledger of the order's day (4.6)
-- ARGV[1] orderId
-- ARGV[2] quantity   units, for a tombstone
-- ARGV[3] attempt
-- ARGV[4] restock    1 or 0
--
-- RELEASED   the hold is given back
-- TOMBSTONE  nothing was held: a reserve of this attempt that arrives late is refused
-- RESTOCKED  the deduction is given back
-- ALREADY    it was given back before
-- STALE      a higher attempt holds it, or it is deducted and restock is 0
local stockKey, ledgerKey = unpack(KEYS)
local orderId, quantity, attempt, restock = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
-- @include "lua/ledger-entry.lua"

local letter, entryQuantity, entryAttempt = readEntry(ledgerKey, orderId)
if not letter then
  writeEntry(ledgerKey, orderId, 'X', quantity, attempt)
  return 'TOMBSTONE'
end
if letter == 'R' then
  if entryAttempt > attempt then return 'STALE' end
  redis.call('HINCRBY', stockKey, 'reserved', -entryQuantity)
  writeEntry(ledgerKey, orderId, 'X', entryQuantity, attempt)
  return 'RELEASED'
end
if letter == 'D' then
  if restock ~= '1' then return 'STALE' end
  -- HINCRBY counts what is not there from 0.
  local onHand, sold = unpack(redis.call('HMGET', stockKey, 'onHand', 'sold'))
  checkIntegers(stockKey, { onHand = onHand or '0', sold = sold or '0' })
  redis.call('HINCRBY', stockKey, 'onHand', entryQuantity)
  redis.call('HINCRBY', stockKey, 'sold', -entryQuantity)
  writeEntry(ledgerKey, orderId, 'Z', entryQuantity, entryAttempt)
  return 'RESTOCKED'
end
if letter == 'X' and attempt > entryAttempt then writeEntry(ledgerKey, orderId, 'X', entryQuantity, attempt) end
return 'ALREADY'
