-- KEYS: prints, places of the family, windows, marks. ARGV: case id, family, then every kind of mark.
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1] .. '/' .. ARGV[2])
for at = 3, #ARGV do redis.call('ZREM', KEYS[4], ARGV[at] .. ARGV[1]) end
return 1
