"""Names of roads out of the addresses of places, each with its median position."""

import csv
import re
from collections import defaultdict
from statistics import median

# What may stand before a road's name in an address.
BREAK = re.compile(
    r"[^\u4e00-\u9fff]|街道(?=.)|[镇乡](?=.)|二七区|中原区|管城区?|金水区|郑州市|河南省|办事处|工业园区|社区|小区"
    r"|交叉口?|交汇处?|[东西南北][二三四]环|马寨(?=.{2,}[路街])|火车站|购物公园|广场|附近|与|[号院楼层座口](?=.)"
)
ROAD = re.compile(r"^[\u4e00-\u9fff]{2,4}?(?:大道|路|街|巷)")
# Words that end like a road and are none.
NOT_A_ROAD = re.compile(
    r"米路|铁路|公路|临街|沿街|主街|辅路|支路|口路|交叉|商业|步行|美食|金街|快速路|小吃|一条街|丁字|十字|字路|六道|^准北|^市场|"
    r"^[和道近在向往以门名区号东南西北](?!平|睦|陈庄|太康|三马|民福|中和|福|下|彩|溪|屏|云|大街)"
)


def names_in(address):
    """The road names an address holds."""
    for part in BREAK.split(address):
        found = ROAD.match(part or "")
        if found and not NOT_A_ROAD.search(found[0]):
            yield found[0]


def roads_of(path, convert):
    """(name, lon, lat) of each road met at least twice, the most often met first."""
    seen = defaultdict(list)
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            point = convert(float(row["lon"]), float(row["lat"]))
            for name in names_in(row["address"]):
                seen[name].append(point)
    often = sorted((item for item in seen.items() if len(item[1]) > 1), key=lambda item: (-len(item[1]), item[0]))
    return [(name, median(p[0] for p in points), median(p[1] for p in points)) for name, points in often]
