#!lua
-- Reads an order's events that Kafka has not acknowledged, and how long the oldest of them has waited.
--
-- KEYS[1] orderOutboxKey  its events not read back from Kafka (docs/order-protocol.md 4.3)
-- KEYS[2] eventsKey       all its events (4.2)
--
-- {ageMs, {{sequence, event}, ...}}  in sequence; ageMs is 0 without events
local orderOutboxKey, eventsKey = unpack(KEYS)
-- @include "../../../shared/redis/lua/clock.lua"
-- @include "../../../shared/orders/lua/order-outbox.lua"

local now = nowMs()
local published, unread = readOutbox(orderOutboxKey)
local oldestMs, sequences = now, {}
for sequence, writtenMs in pairs(unread) do
  if sequence > published then
    table.insert(sequences, sequence)
    oldestMs = math.min(oldestMs, writtenMs)
  end
end
table.sort(sequences)
local events = {}
for _, sequence in ipairs(sequences) do
  local event = redis.call('HGET', eventsKey, sequence)
  if event then table.insert(events, { sequence, event }) end
end
return { now - oldestMs, events }
