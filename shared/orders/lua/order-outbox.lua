-- @include "../../redis/lua/stored-data.lua"

-- An order's outbox (docs/order-protocol.md 4.3): the highest sequence that Kafka has acknowledged, 0 for none, and for each
-- event not read back from Kafka, by sequence, when it was written (epoch ms).
local function readOutbox(orderOutboxKey)
  local published, unread = 0, {}
  local fields = redis.call('HGETALL', orderOutboxKey)
  for i = 1, #fields, 2 do
    local field, text = fields[i], fields[i + 1]
    checkIntegers(orderOutboxKey, { [field] = text })
    if field == 'p' then
      published = tonumber(text)
    else
      checkIntegers(orderOutboxKey, { ['the name of field ' .. field] = field })
      unread[tonumber(field)] = tonumber(text)
    end
  end
  return published, unread
end
