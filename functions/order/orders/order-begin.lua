#!lua
-- Claims an order id for one attempt, or says what became of it.
-- KEYS ord intent ob orders | fingerprint leaseMs body orderId memoryMs
-- -> {'NEW', attempt, t0, body} {'REPLAY', published, state, resp} {'IN_PROGRESS', msLeft} {'MISMATCH'}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = now + tonumber(ARGV[2])
local order = redis.call('HMGET', KEYS[1], 'st', 'att', 'fp', 'resp', 'lease', 't0', 'body')
local state = order[1]
if not state then
  redis.call('HSET', KEYS[1], 'st', 'RESERVING', 'att', 1, 'fp', ARGV[1], 'lease', lease, 'body', ARGV[3], 't0', now, 'v', 0)
  redis.call('ZADD', KEYS[2], lease, ARGV[4])
  redis.call('ZADD', KEYS[4], now, ARGV[4])
  return { 'NEW', 1, now, ARGV[3] }
end
if order[3] ~= ARGV[1] then return { 'MISMATCH' } end
if state == 'RESERVING' and tonumber(order[5]) > now then return { 'IN_PROGRESS', tonumber(order[5]) - now } end
if state == 'RESERVING' or state == 'ABORTED' then
  local attempt = tonumber(order[2]) + 1
  local t0 = tonumber(order[6])
  -- Its stock was released long ago, and the day's ledger that remembers it is dropped: it starts on a new day.
  if state == 'ABORTED' and t0 < now - tonumber(ARGV[5]) and not redis.call('ZSCORE', KEYS[2], ARGV[4]) then
    t0 = now
    redis.call('ZADD', KEYS[4], now, ARGV[4])
  end
  redis.call('HSET', KEYS[1], 'st', 'RESERVING', 'att', attempt, 'lease', lease, 't0', t0)
  redis.call('ZADD', KEYS[2], lease, ARGV[4])
  return { 'NEW', attempt, t0, order[7] }
end
-- Neither acknowledged nor read back from Kafka, which takes it out of `ob`.
local published = 1
if redis.call('HEXISTS', KEYS[3], 1) == 1 and tonumber(redis.call('HGET', KEYS[3], 'p') or '0') < 1 then published = 0 end
return { 'REPLAY', published, state, order[4] or '' }
