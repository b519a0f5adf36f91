-- Takes back what was spent. KEYS and ARGV as in spend.lua.
local now = tonumber(ARGV[1])
for i, key in ipairs(KEYS) do
  local reach, price = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local spent = math.min(tonumber(redis.call('GET', key) or now) - now, reach) - price
  if spent > 0 then
    redis.call('SET', key, string.format('%.0f', now + spent), 'PX', math.ceil(spent / 1000))
  else
    redis.call('DEL', key)
  end
end
return 0
