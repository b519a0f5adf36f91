"""GCJ-02 to WGS-84, by inverting the public forward formula until it no longer moves."""

import math

SEMI_MAJOR_AXIS = 6378245.0
ECCENTRICITY_SQUARED = 0.00669342162296594323
PASSES = 50
SETTLED = 1e-13


def wave(value, *terms):
    """Two thirds of a sum of amplitude * sin(value * factor)."""
    return sum(amplitude * math.sin(value * factor) for amplitude, factor in terms) * 2 / 3


def offset(lon, lat):
    """How far GCJ-02 lies from the WGS-84 point, in degrees."""
    x, y, pi = lon - 105, lat - 35, math.pi
    common = wave(x, (20, 6 * pi), (20, 2 * pi))
    root = math.sqrt(abs(x))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east += wave(x, (20, pi), (40, pi / 3)) + wave(x, (150, pi / 12), (300, pi / 30))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north += wave(y, (20, pi), (40, pi / 3)) + wave(y, (160, pi / 12), (320, pi / 30))
    phi = math.radians(lat)
    magic = 1 - ECCENTRICITY_SQUARED * math.sin(phi) ** 2
    meridian = SEMI_MAJOR_AXIS * (1 - ECCENTRICITY_SQUARED) / magic**1.5
    parallel = SEMI_MAJOR_AXIS / math.sqrt(magic) * math.cos(phi)
    return math.degrees(east / parallel), math.degrees(north / meridian)


def to_wgs84(lon, lat):
    """The WGS-84 point whose GCJ-02 image is (lon, lat)."""
    x, y = lon, lat
    for _ in range(PASSES):
        east, north = offset(x, y)
        moved = abs(lon - east - x) + abs(lat - north - y)
        x, y = lon - east, lat - north
        if moved < SETTLED:
            break
    return x, y
