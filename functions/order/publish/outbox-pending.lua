#!lua
-- What of an order is not known to be published, and for how long it has waited.
-- KEYS ob ev -> {ageMs, {{sequence, event}, ...}} in sequence
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local pending = redis.call('HGETALL', KEYS[1])
local published = 0
for i = 1, #pending, 2 do
  if pending[i] == 'p' then published = tonumber(pending[i + 1]) end
end
local oldest, sequences = now, {}
for i = 1, #pending, 2 do
  local sequence = tonumber(pending[i])
  if sequence and sequence > published then
    table.insert(sequences, sequence)
    oldest = math.min(oldest, tonumber(pending[i + 1]))
  end
end
table.sort(sequences)
local events = {}
for _, sequence in ipairs(sequences) do
  local event = redis.call('HGET', KEYS[2], sequence)
  if event then table.insert(events, { sequence, event }) end
end
return { now - oldest, events }
