-- KEYS: ready, prints, places of each family. ARGV: longitude, latitude, width and height in metres, limit.
-- Answers nil when the index is not ready, else case ids and fingerprints in turn.
if redis.call('EXISTS', KEYS[1]) == 0 then return nil end
local found = {}
for place = 3, #KEYS do
  local ids = redis.call('GEOSEARCH', KEYS[place], 'FROMLONLAT', ARGV[1], ARGV[2], 'BYBOX', ARGV[3], ARGV[4], 'm', 'ASC', 'COUNT', ARGV[5])
  if #ids > 0 then
    local prints = redis.call('HMGET', KEYS[2], unpack(ids))
    for position = 1, #ids do
      if prints[position] then
        found[#found + 1] = ids[position]
        found[#found + 1] = prints[position]
      end
    end
  end
end
return found
