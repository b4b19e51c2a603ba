#!lua
-- Takes SKUs that are due and puts them off by a lease, so that another relay leaves them alone meanwhile.
-- KEYS due | limit leaseMs -> sku due sku due ...
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local claimed = {}
for _, sku in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, tonumber(ARGV[1]))) do
  local due = now + tonumber(ARGV[2])
  redis.call('ZADD', KEYS[1], 'XX', due, sku)
  table.insert(claimed, sku)
  table.insert(claimed, string.format('%.0f', due))
end
return claimed
