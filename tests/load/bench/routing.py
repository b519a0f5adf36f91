"""Routing with few and with many areas."""

from typing import TYPE_CHECKING

from bench.installation import RULEBOOK, Installation
from bench.programs import load
from bench.table import Row, verdict

if TYPE_CHECKING:
    from bench.main import Wishes


def measure(here: Installation, wishes: "Wishes") -> list[Row]:
    few, many = load("routing", "--rulebook", RULEBOOK)["runs"]
    growth = few["rate"] / many["rate"]
    return [
        Row(f"routing, one core, {many['areas']} areas", f"{many['rate'] / 1e6:.2f} million points/s",
            f"{few['rate'] / 1e6:.2f} million with {few['areas']}", f"{growth:.2f} × the time",
            verdict(growth, 2, below=True)),
        Row("building that index", f"{many['buildSeconds']:.2f} s"),
    ]  # fmt: skip
