-- KEYS: ready, prints, marks, places of each family. ARGV: longitude, latitude, side of the box in metres, how many of a
-- family, slack in metres, then the marks of the report: kind and score in turn.
-- Answers nil when the index is not ready, else case ids and fingerprints in turn: of each family all in the box, or,
-- where that is more than asked for, a few more than its nearest and those with a mark of the report. The slack is what
-- the geo set's own rounding may hide; the caller, who has the exact points, chooses among them.
if redis.call('EXISTS', KEYS[1]) == 0 then return nil end
local most, slack = tonumber(ARGV[4]), tonumber(ARGV[5])
local found, marked = {}, nil

local function around(place, ...)
  return redis.call('GEOSEARCH', place, 'FROMLONLAT', ARGV[1], ARGV[2], ...)
end

local function in_box(place, ...)
  return around(place, 'BYBOX', ARGV[3], ARGV[3], 'm', ...)
end

-- Cases anywhere in the town with a mark of the report.
local function with_mark()
  if marked then return marked end
  marked = {}
  for at = 6, #ARGV, 2 do
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], ARGV[at + 1], ARGV[at + 1])) do
      if string.sub(member, 1, 1) == ARGV[at] then marked[#marked + 1] = string.sub(member, 2) end
    end
  end
  return marked
end

-- The lowest `count` of some case ids.
local function oldest(ids, count)
  local numbers = {}
  for at, id in ipairs(ids) do numbers[at] = tonumber(id) end
  table.sort(numbers)
  local kept = {}
  for at = 1, math.min(count, #numbers) do kept[at] = string.format('%.0f', numbers[at]) end
  return kept
end

-- The nearest `count`, with their distances: in circles that grow, for sorting all of a crowd would take its time.
local function ranked_nearest(place, count)
  local radius = tonumber(ARGV[3]) / 64
  while radius < tonumber(ARGV[3]) / 2 do
    local ranked = around(place, 'BYRADIUS', radius, 'm', 'ASC', 'COUNT', count, 'WITHDIST')
    if #ranked == count then return ranked end
    radius = radius * 2
  end
  return in_box(place, 'ASC', 'COUNT', count, 'WITHDIST')
end

local function nearest(place)
  -- Those with a mark are kept besides the nearest, and must not stand in their place.
  local count = most + math.min(#with_mark(), most)
  local ranked = ranked_nearest(place, count)
  local edge = tonumber(ranked[#ranked][2])
  local ids = around(place, 'BYRADIUS', edge + slack, 'm')
  if #ids <= 2 * count then return ids end
  -- A crowd at one spot, where age decides.
  local sure, known, rest = {}, {}, {}
  for _, pair in ipairs(ranked) do
    if tonumber(pair[2]) < edge - slack then
      sure[#sure + 1] = pair[1]
      known[pair[1]] = true
    end
  end
  for _, id in ipairs(ids) do
    if not known[id] then rest[#rest + 1] = id end
  end
  for _, id in ipairs(oldest(rest, count)) do sure[#sure + 1] = id end
  return sure
end

local function add_marked(place, ids)
  local wanted = with_mark()
  if #wanted == 0 then return end
  local there, taken = {}, {}
  for _, id in ipairs(in_box(place)) do there[id] = true end
  for _, id in ipairs(ids) do taken[id] = true end
  for _, id in ipairs(wanted) do
    if there[id] and not taken[id] then
      ids[#ids + 1] = id
      taken[id] = true
    end
  end
end

local function add(ids)
  for first = 1, #ids, 1000 do
    local last = math.min(first + 999, #ids)
    local prints = redis.call('HMGET', KEYS[2], unpack(ids, first, last))
    for at = first, last do
      if prints[at - first + 1] then
        found[#found + 1] = ids[at]
        found[#found + 1] = prints[at - first + 1]
      end
    end
  end
end

for at = 4, #KEYS do
  local ids = in_box(KEYS[at], 'COUNT', most + 1, 'ANY')
  if #ids > most then
    ids = nearest(KEYS[at])
    add_marked(KEYS[at], ids)
  end
  add(ids)
end
return found
