-- Epoch ms by the clock of this Redis server.
local function nowMs()
  local seconds, microseconds = unpack(redis.call('TIME'))
  return seconds * 1000 + math.floor(microseconds / 1000)
end
