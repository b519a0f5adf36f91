"""The table."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    measurement: str
    ours: str
    baseline: str = "–"
    ratio: str = "–"
    bar: str = "–"


def markdown(rows: Iterable[Row]) -> str:
    lines = ["| measurement | ours | baseline | ratio | bar |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {r.measurement} | {r.ours} | {r.baseline} | {r.ratio} | {r.bar} |" for r in rows]
    return "\n".join(lines)


def machine(server: str) -> str:
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    load = os.getloadavg()[0]
    name = model[1] if model else "unknown processor"
    return f"Machine: {len(os.sched_getaffinity(0))} cores, {name}; PostgreSQL {server}; load average at the end {load:.1f}"


def verdict(ratio: float, bar: float, *, below: bool = False) -> str:
    """The bar, and whether it is met."""
    met = ratio <= bar if below else ratio >= bar
    return f"{'≤' if below else '≥'} {bar:g} {'✓' if met else '✗'}"
