#!/usr/bin/env python3
"""Draw the areas of a plan whose register is not public, in the numbers that the plan states.

示意 — not the real boundaries: every area is a rectangle. Codes and names of towns are the public ones (or, for the
XX区, invented); communities, grids, roads, components and people are synthetic. Needs nothing but Python 3.11. The same
input gives the same output.
"""

import argparse
import csv
import json
from pathlib import Path

# Corners in micro-degrees, WGS-84: whole numbers, so that neighbors meet exactly.
PLANS = {
    "dalian": {"west": 121_520_000, "south": 38_860_000, "width": 240_000, "height": 140_000, "columns": 6,
               "communities": 540, "grids": 1_345, "serial": 3, "segments": 3, "people": "grids"},
    "zhengzhou": {"west": 113_520_000, "south": 34_680_000, "width": 270_000, "height": 180_000, "columns": 10,
                  "communities": 76, "grids": 152, "serial": 2, "segments": 3, "people": "responsible"},
    "dengfeng": {"west": 112_960_000, "south": 34_380_000, "width": 200_000, "height": 120_000, "columns": 5,
                 "communities": 0, "grids": 0, "serial": 3, "segments": 4, "people": None, "components": True},
    "party-road-chief": {"west": 116_000_000, "south": 33_000_000, "width": 90_000, "height": 60_000, "columns": 3,
                         "communities": 18, "grids": 0, "serial": 3, "segments": 6, "people": "chiefs", "zone": True},
}
NOTE = ("示意 — not the real boundaries. Every area is a rectangle drawn by rulebooks/schematic/draw_plan.py; "
        "communities, grids and roads are synthetic in the stated numbers.")
# Of ten grids that are not their community's first, what the ground is used for.
KINDS = ["commercialPublic", "residential", "commercialPublic", "site", "commercialPublic",
         "residential", "seaside", "commercialPublic", "site", "commercialPublic"]
CLASSES = ["main", "secondary", "branch", "backStreet"]


def ring(box):
    """The closed ring of a box (west, south, east, north) in degrees."""
    west, south, east, north = (number / 1_000_000 for number in box)
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def split(box, count, across):
    """A box cut into `count` strips, side by side when `across`, else one above the other."""
    west, south, east, north = box
    low, high = (west, east) if across else (south, north)
    cuts = [low + (high - low) * i // count for i in range(count + 1)]
    pairs = zip(cuts, cuts[1:])
    return [(a, south, b, north) if across else (west, a, east, b) for a, b in pairs]


def tile(box, count, columns):
    """A box cut into `count` areas in rows of `columns`; the last row is cut into what is left."""
    rows = split(box, -(-count // columns), across=False)
    areas = []
    for row in rows:
        areas += split(row, min(columns, count - len(areas)), across=True)
    return areas


def share(total, places):
    """`total` things over `places`, the first ones taking what does not divide."""
    return [total // places + (1 if i < total % places else 0) for i in range(places)]


def features(path, items):
    """Write a collection, one feature a line."""
    lines = [json.dumps({"type": "Feature", "properties": p, "geometry": {"type": "Polygon", "coordinates": [ring(b)]}},
                        ensure_ascii=False, separators=(",", ":")) for p, b in items]
    head = json.dumps({"type": "FeatureCollection", "schematic": True, "coordinateSystem": "WGS-84", "note": NOTE},
                      ensure_ascii=False)[:-1]
    path.write_text(head + ', "features": [\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def table(path, header, rows):
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def draw(name, towns_file, out):
    """Write all files of one plan."""
    plan = PLANS[name]
    towns = list(csv.DictReader(towns_file.open(encoding="utf-8")))
    whole = (plan["west"], plan["south"], plan["west"] + plan["width"], plan["south"] + plan["height"])
    boxes = tile(whole, len(towns), plan["columns"])
    areas = out / "areas"
    areas.mkdir(parents=True, exist_ok=True)
    features(areas / "district.geojson", [({"code": name, "name": name}, whole)])
    features(areas / "towns.geojson",
             [({"code": t["code"], "name": t["name"], "centerName": t["name"] + "数字化城管中心"}, b)
              for t, b in zip(towns, boxes)])
    draw_roads(plan, towns, boxes, areas)
    if plan["communities"]:
        draw_communities(plan, towns, boxes, areas, out)
    if plan.get("components"):
        draw_components(towns, boxes, out)
    if plan.get("zone"):
        draw_zone(whole, areas)
    districts = dict.fromkeys((t["districtCode"], t["districtName"]) for t in towns)
    if len(districts) > 1:
        table(areas / "districts.csv", ["code", "name", "parent", "kind"],
              [(code, name, towns[0]["districtCode"][:4] + "00", "") for code, name in districts])


def draw_roads(plan, towns, boxes, areas):
    """Segments side by side, each a road of its own, its class in turn."""
    segments, roads = [], []
    for number, (town, box) in enumerate(zip(towns, boxes)):
        short = town["name"].removesuffix("街道").removesuffix("镇").removesuffix("乡")
        for i, strip in enumerate(split(box, plan["segments"], across=True)):
            road = f"R{number * plan['segments'] + i + 1:03d}"
            name = f"{short}示意{i + 1}号路"
            segments.append(({"code": f"{town['code']}{i + 1:03d}", "name": name + "第1段", "roadCode": road,
                              "roadName": name, "townCode": town["code"]}, strip))
            roads.append((road, name, CLASSES[i % len(CLASSES)]))
    features(areas / "segments.geojson", segments)
    table(areas / "roads.csv", ["code", "name", "class"], roads)


def draw_communities(plan, towns, boxes, areas, out):
    """Communities as strips of their town, grids as strips of their community."""
    communities, grids, people, later = [], [], [], 0
    counts = share(plan["communities"], len(towns))
    grid_counts = iter(share(plan["grids"], plan["communities"]))
    for town, box, count in zip(towns, boxes, counts):
        short = town["name"].removesuffix("街道").removesuffix("镇")
        for i, strip in enumerate(split(box, count, across=True)):
            code = f"{town['code']}{i + 1:03d}"
            parent = town["code"]
            communities.append(({"code": code, "name": f"{short}第{i + 1}社区（示意）", "parent": parent}, strip))
            grid_count = next(grid_counts)
            for j, cell in enumerate(split(strip, grid_count, across=False) if grid_count else []):
                kind = "residential"
                if j > 0:
                    kind, later = KINDS[later % len(KINDS)], later + 1
                grid = f"{code}{j + 1:0{plan['serial']}d}"
                grids.append(({"code": grid, "name": f"{short}{i + 1}-{j + 1}网格（示意）", "parent": code,
                               "kind": kind}, cell))
                people += posted(plan["people"], grid, kind, len(grids))
    features(areas / "communities.geojson", communities)
    if grids:
        features(areas / "grids.geojson", grids)
    if plan["people"] == "chiefs":
        people = chiefs(towns, plan["segments"])
    if people:
        table(out / "people.csv", ["post", "area", "name", "contact", "turn"], people)


def posted(how, grid, kind, number):
    """Who is posted to a grid: codes instead of names, for nobody's name is public."""
    name = f"网格员{grid}（示意）"
    if how == "responsible":
        return [("grid-responsible", grid, name, "grid@jiekou.example", "")]
    if how != "grids":
        return []
    if kind == "residential":
        turns = ["A", "B"] if number % 2 else ["A"]
        return [("grid-residential", grid, f"网格员{grid}{turn}（示意）", "grid@jiekou.example", turn) for turn in turns]
    post = "grid-commercial" if kind == "commercialPublic" else "grid-owner"
    return [(post, grid, name, "grid@jiekou.example", "")]


def chiefs(towns, segments):
    """Every road has all three ranks: the town's chief, two of the first rank and three of the second."""
    rows = []
    for town in towns:
        code, name = town["code"], town["name"]
        rows.append(("chief", code, f"{name}总路长（示意）", "chief@jiekou.example", ""))
        for i in range(segments):
            for post, title in [("l1-town", "镇街一级路长"), ("l1-enforcement", "城管一级路长"),
                                ("l2-community", "社区二级路长"), ("l2-collector", "城管二级路长"),
                                ("l2-sanitation", "环卫二级路长")]:
                segment = f"{code}{i + 1:03d}"
                rows.append((post, segment, f"{title}{segment}（示意）", f"{post}@jiekou.example", ""))
    return rows


def draw_components(towns, boxes, out):
    """Manholes, trees and lamps on the segments' middle lines, ten metres and more apart."""
    owners = {"manhole": ["water-company", "power-company", "heat-company", "urban-management"],
              "tree": ["urban-management"], "lamp": ["urban-management"]}
    codes = {"manhole": "0101", "tree": "0402", "lamp": "0137"}
    rows = []
    for number, (town, (west, south, east, north)) in enumerate(zip(towns[:4], boxes[:4])):
        for i in range(30):
            kind = ["manhole", "tree", "lamp"][i % 3]
            serial = number * 30 + i + 1
            owner = owners[kind][i // 3 % len(owners[kind])]
            longitude = (west + (east - west) * (2 * i + 1) // 60) / 1_000_000
            latitude = (south + north) // 2 / 1_000_000
            chip = f"T{serial:06d}" if kind == "tree" else ""
            rows.append((f"{town['code'][:6]}{codes[kind]}{serial:06d}", kind, owner, longitude, latitude, "WGS-84", 1,
                         chip))
    table(out / "components.csv",
          ["no", "kind", "owner", "longitude", "latitude", "coordinateSystem", "accuracyMeters", "chip"], rows)


def draw_zone(whole, areas):
    """The bounded city area: west of one road, south of a second, east of the river, north of a third."""
    west, south, east, north = whole
    box = (west + (east - west) // 4, south + (north - south) // 4, east - (east - west) // 4, north - (north - south) // 4)
    properties = {"code": "bounded-city", "name": "城区围合区域（示意）", "kind": "override", "centerCode": "999901900",
                  "centerName": "区城管局路长制办公室", "lead": "urban-management", "roadClasses": ["main", "secondary"]}
    features(areas / "zones.geojson", [(properties, box)])


def main():
    """Draw the plans that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", nargs="+", choices=sorted(PLANS))
    here = Path(__file__).parent
    for name in parser.parse_args().plan:
        draw(name, here / f"{name.replace('-', '_')}_towns.csv", here.parent / name)


if __name__ == "__main__":
    main()
