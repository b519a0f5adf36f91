-- KEYS: all keys of one town in an index of an earlier release. ARGV: seconds until they go.
-- Those that go already keep their time: a release that still runs beside this one is not starved again and again.
local gone = 0
for place = 1, #KEYS do
  if redis.call('TTL', KEYS[place]) == -1 then gone = gone + redis.call('EXPIRE', KEYS[place], ARGV[1]) end
end
return gone
