-- KEYS: prints, places of the family, windows, marks. ARGV: case id, longitude, latitude, fingerprint, family, end of
-- window or '', then its marks: kind and score in turn.
redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
redis.call('GEOADD', KEYS[2], ARGV[2], ARGV[3], ARGV[1])
if ARGV[6] ~= '' then redis.call('ZADD', KEYS[3], ARGV[6], ARGV[1] .. '/' .. ARGV[5]) end
for at = 7, #ARGV, 2 do redis.call('ZADD', KEYS[4], ARGV[at + 1], ARGV[at] .. ARGV[1]) end
return 1
