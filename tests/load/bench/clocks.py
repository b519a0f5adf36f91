"""The clocks of a million open cases: what a tick reads, and how late alarms come."""

from typing import TYPE_CHECKING

from bench.installation import Installation
from bench.programs import load
from bench.table import Row, verdict

if TYPE_CHECKING:
    from bench.main import Wishes


def measure(here: Installation, wishes: "Wishes") -> list[Row]:
    opened = load("open-cases", "--database", here.url)["cases"]
    ticks = load("tick", "--database", here.url)["ticks"]
    here.serve("worker")
    try:
        lag = load("clock-lag", "--database", here.url)
    finally:
        here.stop("worker")
    rows = [
        Row(f"a tick over {opened:,} open cases, {tick['due']} clocks due",
            f"{tick['rowsRead']} rows read, {tick['seconds'] * 1e3:.1f} ms")
        for tick in ticks
    ]  # fmt: skip
    late = f"p50 {lag['p50']:.2f} s, p99 {lag['p99']:.2f} s, longest {lag['longest']:.2f} s"
    return [
        *rows,
        Row(f"warnings behind their moment, {lag['raised']} raised over {opened:,} open cases", late,
            bar=verdict(lag["longest"], 5, below=True)),
    ]  # fmt: skip
