-- Spends from several quotas: from all of them or from none.
-- KEYS: of each quota, the moment up to which it is spent, in microseconds; absent: nothing is.
-- ARGV: now, then of each quota its reach and its price, all in microseconds.
-- Answers 1 or 0 (whether it passed), and of each quota how many microseconds of its reach are spent now.
local now = tonumber(ARGV[1])
local spent, passed = {}, 1
for i, key in ipairs(KEYS) do
  local reach, price = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local until_now = math.max(tonumber(redis.call('GET', key) or now) - now, 0)
  spent[i] = math.min(until_now, reach)
  if spent[i] + price > reach then
    passed = 0
  end
end
local answer = { passed }
for i, key in ipairs(KEYS) do
  if passed == 1 then
    spent[i] = spent[i] + tonumber(ARGV[2 * i + 1])
    if spent[i] > 0 then
      redis.call('SET', key, string.format('%.0f', now + spent[i]), 'PX', math.ceil(spent[i] / 1000))
    end
  end
  answer[i + 1] = spent[i]
end
return answer
