#!lua
-- Notes how a send ended. The owner may still say so after its lease: INDETERMINATE then becomes what it knows.
-- KEYS rec | owner to(SENT|FAILED|INDETERMINATE) reason -> OK ALREADY FENCED MISSING
local stored = redis.call('HMGET', KEYS[1], 'st', 'own')
if not stored[1] then return 'MISSING' end
if stored[2] ~= ARGV[1] then return 'FENCED' end
if stored[1] == ARGV[2] then return 'ALREADY' end
if stored[1] ~= 'SENDING' and stored[1] ~= 'INDETERMINATE' then return 'FENCED' end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'st', ARGV[2], 'updatedAt', now, 'reason', ARGV[3])
return 'OK'
