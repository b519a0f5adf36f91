#!/usr/bin/env python3
"""Cut a district's outline into schematic towns, segments and roads.

The result is a drawing to try a rulebook with: 示意 — not the real boundaries.
Needs shapely (GEOS 3.12 or newer) and numpy. The same input gives the same output.
"""

import argparse
import csv
import json
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy
import shapely
from shapely.geometry import MultiPoint, Point, Polygon, shape

import check_cut
from gcj02 import to_wgs84
from road_names import roads_of

GRID = 1e-6
DECIMALS = 6
# A town's share of the segments grows slower than its area: dense inner towns get more per km².
SHARE_EXPONENT = 0.4
SAMPLES_PER_SEGMENT = 60
LLOYD_ROUNDS = 25
# How far (in degrees of latitude) a road's median position may lie from a segment that takes its name.
ROAD_REACH = 0.004
NOTE = "示意 — not the real boundaries. Towns, segments and roads were cut by geometry alone."
ORIGIN = {
    "gcj02": "District outline: public administrative outline, converted from GCJ-02.",
    "wgs84": "District outline: public administrative outline.",
}


@dataclass
class Town:
    """A town-level area and the point it grows from."""

    code: str
    name: str
    kind: str
    seed: tuple

    @property
    def short(self):
        """The name without the word for its kind."""
        return self.name.removesuffix("街道").removesuffix("镇").removesuffix("管委会")


@dataclass
class Segment:
    """One piece of road with the ground around it."""

    town: Town
    area: Polygon
    road: "Road" = None
    serial: int = 0
    number: int = 0


@dataclass(eq=False)
class Road:
    """A named group of neighboring segments within one town."""

    name: str
    town: Town
    segments: list
    code: str = ""


def same(lon, lat):
    """WGS-84 stays as it is."""
    return lon, lat


CONVERT = {"gcj02": to_wgs84, "wgs84": same}


def read_outline(path, adcode, convert):
    """The district's outline in WGS-84, on the grid."""
    features = json.loads(Path(path).read_text(encoding="utf-8"))["features"]
    found = [f for f in features if str(f["properties"].get("adcode")) == adcode]
    if len(found) != 1:
        raise SystemExit(f"the outline file holds {len(found)} features with adcode {adcode}")
    moved = shapely.transform(shape(found[0]["geometry"]), lambda points: numpy.array([convert(*p) for p in points]))
    outline = shapely.set_precision(moved, GRID)
    if outline.geom_type == "MultiPolygon" and len(outline.geoms) == 1:
        outline = outline.geoms[0]
    if outline.geom_type != "Polygon":
        raise SystemExit("the outline must be one polygon")
    return outline


def read_towns(path, outline):
    """The towns with their seeds, each of which must lie in the outline."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    towns = [Town(r["code"], r["name"], r["kind"], (float(r["lon"]), float(r["lat"]))) for r in rows]
    outside = [town.name for town in towns if not outline.contains(Point(town.seed))]
    if outside:
        raise SystemExit(f"seeds outside the outline: {', '.join(outside)}")
    return towns


class Plane:
    """Degrees stretched so that near the district east-west and north-south compare."""

    def __init__(self, outline):
        self.scale = numpy.array([math.cos(math.radians(outline.centroid.y)), 1.0])

    def flat(self, points):
        """Points with lengths that compare."""
        return numpy.asarray(points) * self.scale

    def round_earth(self, geometry):
        """A geometry of this plane back in degrees."""
        return shapely.transform(geometry, lambda points: points / self.scale)

    def nearest(self, seeds, points):
        """For each point the index of the nearest seed."""
        gaps = self.flat(points)[:, None, :] - self.flat(seeds)[None, :, :]
        return (gaps**2).sum(axis=2).argmin(axis=1)

    def border_lines(self, seeds, area):
        """The borders between the seeds' cells, within an area."""
        if len(seeds) < 2:
            return shapely.GeometryCollection()
        hull = shapely.box(*area.buffer(1).bounds)
        frame = shapely.transform(hull, self.flat)
        lines = shapely.voronoi_polygons(MultiPoint(self.flat(seeds)), extend_to=frame, only_edges=True)
        return self.round_earth(lines).intersection(area)


def faces_of(*lines):
    """The faces between lines, all vertices on the grid and every crossing a vertex of both sides."""
    parts = [part for line in lines for part in shapely.get_parts(line)]
    noded = shapely.unary_union(parts, grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    return sorted(faces, key=lambda face: face.representative_point().coords[0])


def inner_points(faces):
    """A point inside each face."""
    return [face.representative_point().coords[0] for face in faces]


def town_areas(towns, outline, plane):
    """Each town's area, in one piece, by index."""
    seeds = [town.seed for town in towns]
    faces = faces_of(outline.boundary, plane.border_lines(seeds, outline))
    whole = gather(faces, plane.nearest(seeds, inner_points(faces)))
    return [polygon_of(area) for _, area in sorted(whole.items())]


def apportion(total, weights):
    """Whole shares of a total after weights, each at least one (largest remainder)."""
    exact = [(total - len(weights)) * weight / sum(weights) for weight in weights]
    shares = [1 + math.floor(share) for share in exact]
    order = sorted(range(len(weights)), key=lambda i: (math.floor(exact[i]) - exact[i], i))
    for index in order[: total - sum(shares)]:
        shares[index] += 1
    return shares


def samples(area, count):
    """About `count` points in a regular pattern within an area."""
    west, south, east, north = area.bounds
    step = math.sqrt(area.area / count)
    lons, lats = numpy.arange(west + step / 2, east, step), numpy.arange(south + step / 2, north, step)
    # Every second row is shifted, so that no four cells meet in one point.
    grid = numpy.array([(lon + step / 2 * (row % 2), lat) for row, lat in enumerate(lats) for lon in lons])
    return grid[shapely.contains_xy(area, grid[:, 0], grid[:, 1])]


def spread(area, count, plane):
    """Seeds spread evenly over an area: farthest points first, then Lloyd's rounds."""
    points = samples(area, count * SAMPLES_PER_SEGMENT)
    flat = plane.flat(points)
    chosen = [0]
    gaps = ((flat - flat[0]) ** 2).sum(axis=1)
    while len(chosen) < count:
        chosen.append(int(gaps.argmax()))
        gaps = numpy.minimum(gaps, ((flat - flat[chosen[-1]]) ** 2).sum(axis=1))
    seeds = points[chosen]
    for _ in range(LLOYD_ROUNDS):
        owner = plane.nearest(seeds, points)
        seeds = numpy.array([points[owner == i].mean(axis=0) for i in range(count)])
    return seeds


def gather(faces, owners):
    """Faces by owner; a piece cut off from its owner's largest piece goes to the neighbor it borders longest."""
    groups = defaultdict(list)
    for face, owner in zip(faces, owners):
        groups[owner].append(face)
    whole, stray = {}, []
    for owner, members in sorted(groups.items()):
        pieces = sorted(shapely.get_parts(shapely.coverage_union_all(members)), key=lambda piece: -piece.area)
        whole[owner] = pieces[0]
        stray += pieces[1:]
    while stray:
        piece = stray.pop(0)
        borders = {owner: piece.boundary.intersection(area.boundary).length for owner, area in whole.items()}
        owner = max(borders, key=borders.get)
        whole[owner] = shapely.coverage_union(whole[owner], piece)
    return whole


def polygon_of(geometry):
    """The one polygon a coverage union holds."""
    parts = shapely.get_parts(geometry)
    if len(parts) != 1:
        raise SystemExit("an area fell into several pieces")
    return parts[0]


def cut_segments(towns, outline, plane, count):
    """Segments that cover the outline, each within one town."""
    areas = town_areas(towns, outline, plane)
    shares = apportion(count, [area.area**SHARE_EXPONENT for area in areas])
    seeds = [spread(area, share, plane) for area, share in zip(areas, shares)]
    lines = [plane.border_lines(own, area) for own, area in zip(seeds, areas)]
    faces = faces_of(outline.boundary, *(area.boundary for area in areas), *lines)
    points = shapely.points(inner_points(faces))
    segments = []
    for town, area, own in zip(towns, areas, seeds):
        within = [face for face, inside in zip(faces, shapely.contains(area, points)) if inside]
        whole = gather(within, plane.nearest(own, inner_points(within)))
        segments += [Segment(town, polygon_of(piece)) for _, piece in sorted(whole.items())]
    if len(segments) != count:
        raise SystemExit(f"{len(segments)} segments came out instead of {count}")
    return segments


def open_road(roads, name, segment):
    """Start a road with its first segment."""
    segment.road = Road(name, segment.town, [segment])
    roads.append(segment.road)


def name_roads(segments, quota, names):
    """Give each known road the nearest free segment, as long as the segment's town has roads left."""
    roads = []
    for name, lon, lat in names:
        free = [s for s in segments if s.road is None and quota[s.town.code] > 0]
        nearest = min(free, key=lambda s: s.area.distance(Point(lon, lat)), default=None)
        if nearest and nearest.area.distance(Point(lon, lat)) <= ROAD_REACH:
            quota[nearest.town.code] -= 1
            open_road(roads, name, nearest)
    return roads


def fill_roads(roads, segments, quota):
    """Open the roads still due to a town under schematic names, far from the named ones."""
    for town_code, due in quota.items():
        own = [s for s in segments if s.town.code == town_code]
        for number in range(1, due + 1):
            taken = [s.area.centroid for s in own if s.road]
            free = [s for s in own if s.road is None]
            far = max(free, key=lambda s: min((s.area.centroid.distance(p) for p in taken), default=0))
            open_road(roads, f"{far.town.short}示意{number}号路", far)


def grow_roads(segments):
    """Let every free segment join the shortest neighboring road of its town."""
    free = [s for s in segments if s.road is None]
    while free:
        options = [
            (len(other.road.segments), -s.area.boundary.intersection(other.area.boundary).length, i, j)
            for i, s in enumerate(free)
            for j, other in enumerate(segments)
            if other.road and other.town is s.town and s.area.intersection(other.area).length > 0
        ]
        _, _, i, j = min(options)
        segment = free.pop(i)
        segment.road = segments[j].road
        segment.road.segments.append(segment)


def number_all(roads, towns):
    """Codes of roads, serials of segments within towns, numbers of segments within roads."""
    rank = {town.code: index for index, town in enumerate(towns)}
    roads.sort(key=lambda road: (rank[road.town.code], -max(s.area.centroid.y for s in road.segments)))
    serials = Counter()
    for index, road in enumerate(roads, 1):
        road.code = f"R{index:03d}"
        road.segments.sort(key=lambda s: (s.area.centroid.x, s.area.centroid.y))
        for number, segment in enumerate(road.segments, 1):
            serials[road.town.code] += 1
            segment.serial, segment.number = serials[road.town.code], number


def build_roads(segments, towns, count, names):
    """Group the segments into exactly `count` roads."""
    sizes = Counter(s.town.code for s in segments)
    shares = apportion(count, [sizes[town.code] for town in towns])
    quota = {town.code: share for town, share in zip(towns, shares)}
    roads = name_roads(segments, quota, names)
    fill_roads(roads, segments, quota)
    grow_roads(segments)
    number_all(roads, towns)
    return roads


def feature(properties, area):
    """A GeoJSON feature, rings counter-clockwise, coordinates on the grid."""
    rings = [area.exterior, *area.interiors]
    oriented = shapely.orient_polygons(Polygon(rings[0], rings[1:]))
    rings = [oriented.exterior, *oriented.interiors]
    coordinates = [[[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring.coords] for ring in rings]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": coordinates}}


def segment_feature(segment):
    """A segment with its codes and names."""
    properties = {
        "code": f"{segment.town.code}{segment.serial:03d}",
        "name": f"{segment.road.name}第{segment.number}段",
        "roadCode": segment.road.code,
        "roadName": segment.road.name,
        "townCode": segment.town.code,
    }
    return feature(properties, segment.area)


def town_feature(town, segments):
    """A town as the union of its segments."""
    area = polygon_of(shapely.coverage_union_all([s.area for s in segments if s.town is town]))
    center = f"{town.name}数字化城管中心"
    return feature({"code": town.code, "name": town.name, "centerName": center, "kind": town.kind}, area)


def write(path, features, note):
    """A feature collection, one feature a line."""
    head = {"type": "FeatureCollection", "schematic": True, "coordinateSystem": "WGS-84", "note": note}
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    path.write_text(f'{opening}, "features": [\n{lines}\n]}}\n', encoding="utf-8")


def arguments():
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outline", required=True, help="GeoJSON with the outline of the district")
    parser.add_argument("--adcode", required=True, help="the district's adcode in that file")
    parser.add_argument("--name", required=True, help="the district's name")
    crs = "coordinates of outline and places (default: gcj02)"
    parser.add_argument("--crs", choices=sorted(CONVERT), default="gcj02", help=crs)
    parser.add_argument("--towns", required=True, help="CSV code,name,kind,lon,lat: the towns' seeds in WGS-84")
    parser.add_argument("--segments", type=int, required=True, help="number of segments")
    parser.add_argument("--roads", type=int, required=True, help="number of roads")
    parser.add_argument("--poi", help="CSV with address,lon,lat: places whose addresses name the roads")
    parser.add_argument("--note", default="", help="words to add to the note in the files")
    parser.add_argument("--out", required=True, type=Path, help="folder for the three GeoJSON files")
    return parser.parse_args()


def main():
    """Read, cut, name, write, check."""
    args = arguments()
    convert = CONVERT[args.crs]
    outline = read_outline(args.outline, args.adcode, convert)
    towns = read_towns(args.towns, outline)
    segments = cut_segments(towns, outline, Plane(outline), args.segments)
    names = roads_of(args.poi, convert) if args.poi else []
    build_roads(segments, towns, args.roads, names)
    segments.sort(key=lambda s: (s.town.code, s.serial))
    note = f"{NOTE} {ORIGIN[args.crs]} {args.note}".strip()
    args.out.mkdir(parents=True, exist_ok=True)
    district = polygon_of(shapely.coverage_union_all([s.area for s in segments]))
    write(args.out / "district.geojson", [feature({"code": args.adcode, "name": args.name}, district)], note)
    write(args.out / "towns.geojson", [town_feature(town, segments) for town in towns], note)
    write(args.out / "segments.geojson", [segment_feature(s) for s in segments], note)
    print(check_cut.report(args.out, outline))


if __name__ == "__main__":
    main()
