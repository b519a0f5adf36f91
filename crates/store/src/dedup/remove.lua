-- KEYS: prints, places of the family, windows. ARGV: case id, family.
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1] .. '/' .. ARGV[2])
return 1
