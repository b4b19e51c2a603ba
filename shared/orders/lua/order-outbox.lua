-- An order's outbox (docs/order-protocol.md 4.3): the highest sequence that Kafka has acknowledged, 0 for none, and for each
-- event not read back from Kafka, by sequence, when it was written (epoch ms).
local function readOutbox(orderOutboxKey)
  local published, unread = 0, {}
  local fields = redis.call('HGETALL', orderOutboxKey)
  for i = 1, #fields, 2 do
    if fields[i] == 'p' then
      published = tonumber(fields[i + 1])
    else
      unread[tonumber(fields[i])] = tonumber(fields[i + 1])
    end
  end
  return published, unread
end
