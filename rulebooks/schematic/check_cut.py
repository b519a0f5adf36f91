#!/usr/bin/env python3
"""Check the three GeoJSON files of a cut district: no gaps, no overlaps, one town and one segment everywhere."""

import argparse
import json
from pathlib import Path

import numpy
import shapely
from shapely.geometry import shape

POINTS = 10_000
OVERLAP_LIMIT = 1e-12
UNION_LIMIT = 1e-9
# Borders that end on the outline put vertices on the grid there, which moves the outline by up to half a grid step.
OUTLINE_LIMIT = 1e-7


def read(path):
    """Properties and areas of a feature collection."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return [f["properties"] for f in features], [shape(f["geometry"]) for f in features]


def overlap(areas):
    """The area that lies in two areas at once."""
    pairs = shapely.STRtree(areas).query(areas, predicate="intersects").T
    return sum(areas[i].intersection(areas[j]).area for i, j in pairs if i < j)


def check_cover(name, areas, district):
    """Valid areas with identical borders that cover the district once."""
    assert all(a.is_valid and a.area > 0 and a.geom_type == "Polygon" for a in areas), f"{name}: an area is not valid"
    assert shapely.coverage_is_valid(areas), f"{name}: borders differ between neighbors"
    assert overlap(areas) < OVERLAP_LIMIT, f"{name}: areas overlap"
    assert shapely.unary_union(areas).symmetric_difference(district).area < UNION_LIMIT, f"{name}: the union is not the district"


def random_points(district):
    """Points within the district, the same ones every time."""
    rng = numpy.random.default_rng(410103)
    west, south, east, north = district.bounds
    lon, lat = rng.uniform(west, east, POINTS * 5), rng.uniform(south, north, POINTS * 5)
    inside = shapely.contains_xy(district, lon, lat)
    return shapely.points(lon[inside][:POINTS], lat[inside][:POINTS])


def only_owner(areas, points):
    """The index of the one area around each point."""
    point, area = shapely.STRtree(areas).query(points, predicate="within")
    assert (point == numpy.arange(len(points))).all() and len(point) == len(points), "a point has no owner or several"
    return area


def check_points(towns, segments, district):
    """Every random point lies in one town and in one segment of that town."""
    points = random_points(district)
    assert len(points) == POINTS
    in_town, in_segment = only_owner(towns[1], points), only_owner(segments[1], points)
    for t, s in zip(in_town, in_segment):
        assert segments[0][s]["townCode"] == towns[0][t]["code"], "segment and town disagree"


def check_properties(towns, segments):
    """Codes are unique and a road's segments have one name."""
    codes = [p["code"] for p in segments[0]]
    assert len(set(codes)) == len(codes) and all(p["code"].startswith(p["townCode"]) for p in segments[0])
    assert {p["townCode"] for p in segments[0]} == {p["code"] for p in towns[0]}
    roads = {(p["roadCode"], p["roadName"]) for p in segments[0]}
    assert len(roads) == len({code for code, _ in roads}) == len({name for _, name in roads}), "road codes and names differ"
    assert len({p["name"] for p in segments[0]}) == len(codes), "a segment's name stands twice"
    return len(roads)


def report(folder, outline=None):
    """Check everything in a folder; say what is there."""
    district = read(folder / "district.geojson")[1][0]
    towns, segments = read(folder / "towns.geojson"), read(folder / "segments.geojson")
    if outline is not None:
        assert district.symmetric_difference(outline).area < OUTLINE_LIMIT, "the district is not its outline"
    check_cover("towns", towns[1], district)
    check_cover("segments", segments[1], district)
    check_points(towns, segments, district)
    roads = check_properties(towns, segments)
    return f"{len(towns[0])} towns, {len(segments[0])} segments, {roads} roads: all checks passed"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with district.geojson, towns.geojson and segments.geojson")
    print(report(parser.parse_args().folder))
