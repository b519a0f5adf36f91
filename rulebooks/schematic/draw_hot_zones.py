#!/usr/bin/env python3
"""Draw the patrol zones and police stations of 二七区 as squares around the places that the plan names.

示意 — the plan names the places and the numbers (6 and 10), not the borders nor where the stations stand.
"""

from pathlib import Path

from draw_plan import features
from gcj02 import to_wgs84

# Name, GCJ-02 point, half the side of the square in metres, number of stations.
PLACES = [
    ("河医周边", 113.6465, 34.7500, 350, 2),
    ("火车站周边", 113.6590, 34.7460, 400, 2),
    ("二七广场周边", 113.6670, 34.7510, 350, 2),
    ("长途汽车客运新南站周边", 113.6780, 34.7000, 350, 1),
    ("长途汽车客运总站周边", 113.6560, 34.7420, 200, 1),
    ("郑大三附院周边", 113.6480, 34.7420, 250, 2),
]
METERS_PER_DEGREE = 111_195


def square(lon, lat, half):
    """A box in micro-degrees."""
    north = half / METERS_PER_DEGREE
    east = north / 0.822
    return tuple(round(number * 1_000_000) for number in (lon - east, lat - north, lon + east, lat + north))


def main():
    """Write areas/zones.geojson of erqi."""
    items, station = [], 0
    for number, (name, lon, lat, half, stations) in enumerate(PLACES, 1):
        lon, lat = to_wgs84(lon, lat)
        items.append(({"code": f"patrol-{number}", "name": name, "kind": "patrol", "watch": "key"}, square(lon, lat, half)))
        for i in range(stations):
            station += 1
            properties = {"code": f"station-{station}", "name": f"{name}城警联勤工作站{i + 1}（示意）", "kind": "policeStation"}
            items.append((properties, square(lon + (i - 0.5) * 0.001, lat, 30)))
    features(Path(__file__).parent.parent / "erqi" / "areas" / "zones.geojson", items)


if __name__ == "__main__":
    main()
