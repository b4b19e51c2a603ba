#!lua
-- Adds to a SKU's units, or takes from them, once per key. The change is noted in `ob`, the answer in `adj`.
-- KEYS stk ob adj | keyDigest fingerprint delta reason untilMs
-- -> {'OK'|'REPLAY', revision, onHand, reserved, sold} {'MISMATCH'} {'UNKNOWN_SKU'} {'BELOW_RESERVED', reserved} {'FROZEN'} {'LATE'}
local entry = redis.call('HGET', KEYS[3], ARGV[1])
if entry then
  local fingerprint, revision, onHand, reserved, sold = string.match(entry, '^A:(%x+):(%d+):(%-?%d+):(%-?%d+):(%-?%d+)$')
  if fingerprint ~= ARGV[2] then return { 'MISMATCH' } end
  return { 'REPLAY', tonumber(revision), tonumber(onHand), tonumber(reserved), tonumber(sold) }
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if now >= tonumber(ARGV[5]) then return { 'LATE' } end
local stock = redis.call('HMGET', KEYS[1], 'name', 'priceMinor', 'currency', 'onHand', 'reserved', 'sold', 'frozen')
if not stock[1] then return { 'UNKNOWN_SKU' } end
if stock[7] == '1' then return { 'FROZEN' } end
local delta, reserved = tonumber(ARGV[3]), tonumber(stock[5])
if tonumber(stock[4]) + delta < reserved then return { 'BELOW_RESERVED', reserved } end
local onHand = redis.call('HINCRBY', KEYS[1], 'onHand', delta)
local received = redis.call('HINCRBY', KEYS[1], 'received', delta)
local revision = redis.call('HINCRBY', KEYS[1], 'rev', 1)
local onHandText = string.format('%.0f', onHand)
redis.call('HSET', KEYS[2], revision, cjson.encode({
  name = stock[1], priceMinor = stock[2], currency = stock[3], onHand = onHandText, reserved = stock[5], sold = stock[6],
  received = string.format('%.0f', received), delta = ARGV[3], reason = ARGV[4], at = string.format('%.0f', now),
  adjustmentId = ARGV[1],
}))
redis.call('HSET', KEYS[3], ARGV[1],
  table.concat({ 'A', ARGV[2], string.format('%.0f', revision), onHandText, stock[5], stock[6] }, ':'))
return { 'OK', revision, onHand, reserved, tonumber(stock[6]) }
