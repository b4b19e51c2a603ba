-- Checks of stored data. They come before a script's first write, as a script that fails midway keeps what it has written. They
-- fail in Redis's own words for bad data, by which shared/redis/connection.ts tells it from a defect.

local function wrongType(reason)
  error(redis.error_reply('WRONGTYPE ' .. reason))
end

-- Each key is of the type, or not there.
local function checkType(wanted, keys)
  for _, key in ipairs(keys) do
    local found = redis.call('TYPE', key).ok
    if found ~= wanted and found ~= 'none' then wrongType(key .. ' is a ' .. found .. ', not a ' .. wanted) end
  end
end

-- The fields of a hash, each with its text or false, are integers. HINCRBY has room to add to any of 18 characters.
local function checkIntegers(key, fields)
  for field, text in pairs(fields) do
    if not text or #text > 18 or text ~= '0' and not string.match(text, '^%-?[1-9]%d*$') then
      error(redis.error_reply('ERR ' .. field .. ' of ' .. key .. ' is not an integer or out of range'))
    end
  end
end
