-- @include "../../redis/lua/stored-data.lua"

-- An order's entry in the ledger of a SKU (docs/order-protocol.md 2.2 and 4.6): letter, quantity in units, attempt. Nothing
-- where there is none.
local function readEntry(ledgerKey, orderId)
  local entry = redis.call('HGET', ledgerKey, orderId)
  if not entry then return nil end
  local letter, quantity, attempt = string.match(entry, '^([RDXZ]):(%d+):(%d+)$')
  if not letter then wrongType(orderId .. ' of ' .. ledgerKey .. ' is not an entry') end
  checkIntegers(ledgerKey, { ['quantity of ' .. orderId] = quantity, ['attempt of ' .. orderId] = attempt })
  return letter, tonumber(quantity), tonumber(attempt)
end

-- `..` would round above 14 digits.
local function writeEntry(ledgerKey, orderId, letter, quantity, attempt)
  redis.call('HSET', ledgerKey, orderId, string.format('%s:%.0f:%.0f', letter, quantity, attempt))
end
