#!lua
-- Claims an order id for one attempt, or tells what became of it.
--
-- KEYS[1] orderKey        the order (docs/order-protocol.md 4.1)
-- KEYS[2] intentsKey      orders begun and not finished, by due time
-- KEYS[3] orderOutboxKey  its events not read back from Kafka (4.3)
-- KEYS[4] ordersByAgeKey
-- ARGV[1] fingerprint     of the request's body
-- ARGV[2] leaseMs         how long the attempt has
-- ARGV[3] pricedOrder     JSON
-- ARGV[4] orderId
-- ARGV[5] memoryMs        how long a day's ledger is kept
--
-- {'NEW', attempt, placedMs, pricedOrder}    go on, with the priced order and the time of the first attempt
-- {'REPLAY', isPublished, state, answer}     decided; isPublished is 1 when Kafka has the first event, else 0
-- {'IN_PROGRESS', msLeft}                    another attempt's lease still runs
-- {'MISMATCH'}                               another body was sent under this id
local orderKey, intentsKey, orderOutboxKey, ordersByAgeKey = unpack(KEYS)
local fingerprint, leaseMs, pricedOrder, orderId = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local memoryMs = tonumber(ARGV[5])
-- @include "../../../shared/redis/lua/clock.lua"
-- @include "../../../shared/orders/lua/order-outbox.lua"

local now = nowMs()
local newLeaseEndMs = now + leaseMs
local state, currentAttempt, storedFingerprint, answer, leaseEndMs, storedPlacedMs, storedPricedOrder =
  unpack(redis.call('HMGET', orderKey, 'st', 'att', 'fp', 'resp', 'lease', 't0', 'body'))
if not state then
  checkType('zset', { intentsKey, ordersByAgeKey })
  redis.call('HSET', orderKey, 'st', 'RESERVING', 'att', 1, 'fp', fingerprint, 'lease', newLeaseEndMs,
    'body', pricedOrder, 't0', now, 'v', 0)
  redis.call('ZADD', intentsKey, newLeaseEndMs, orderId)
  redis.call('ZADD', ordersByAgeKey, now, orderId)
  return { 'NEW', 1, now, pricedOrder }
end
if storedFingerprint ~= fingerprint then return { 'MISMATCH' } end
if state == 'RESERVING' or state == 'ABORTED' then
  checkIntegers(orderKey, { att = currentAttempt, lease = leaseEndMs, t0 = storedPlacedMs })
end
if state == 'RESERVING' and tonumber(leaseEndMs) > now then return { 'IN_PROGRESS', tonumber(leaseEndMs) - now } end
if state == 'RESERVING' or state == 'ABORTED' then
  checkType('zset', { intentsKey, ordersByAgeKey })
  local attempt = tonumber(currentAttempt) + 1
  local placedMs = tonumber(storedPlacedMs)
  -- Its stock was released long ago, and the ledger that remembers that is dropped: it starts on a new day.
  if state == 'ABORTED' and placedMs < now - memoryMs and not redis.call('ZSCORE', intentsKey, orderId) then
    placedMs = now
    redis.call('ZADD', ordersByAgeKey, now, orderId)
  end
  redis.call('HSET', orderKey, 'st', 'RESERVING', 'att', attempt, 'lease', newLeaseEndMs, 't0', placedMs)
  redis.call('ZADD', intentsKey, newLeaseEndMs, orderId)
  return { 'NEW', attempt, placedMs, storedPricedOrder }
end
local published, unread = readOutbox(orderOutboxKey)
local isPublished = (published >= 1 or not unread[1]) and 1 or 0
return { 'REPLAY', isPublished, state, answer or '' }
