#!lua
-- Gives a claim back after a send that surely did not happen, so that a retry sends. Without a record it leaves one that
-- bars the claim of this owner, should that come late.
-- KEYS rec | owner reason -> OK ALREADY FENCED
local stored = redis.call('HMGET', KEYS[1], 'st', 'own')
if stored[1] and stored[2] ~= ARGV[1] then return 'FENCED' end
if stored[1] == 'PENDING' then return 'ALREADY' end
if stored[1] and stored[1] ~= 'SENDING' then return 'FENCED' end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'st', 'PENDING', 'own', ARGV[1], 'updatedAt', now, 'reason', ARGV[2])
return 'OK'
