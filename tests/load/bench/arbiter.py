"""The arbiter's share of recording a report: the same statement with and without its locks and its look."""

from statistics import median
from typing import TYPE_CHECKING, Any

from bench.installation import RULEBOOK, Installation
from bench.programs import load
from bench.table import Row, verdict
from embedded.progress import say

if TYPE_CHECKING:
    from bench.main import Wishes


def measure(here: Installation, wishes: "Wishes") -> list[Row]:
    load("settle", "--database", here.url)
    runs: list[dict[str, Any]] = []
    for _ in range(wishes.rounds):
        result = load(
            "arbiter", "--database", here.url, "--rulebook", RULEBOOK, "--skip", str(here.next_problem),
            "--reports", str(max(200, round(wishes.seconds * 100))),
        )  # fmt: skip
        here.next_problem = result["next"]
        kinds = {kind["kind"]: kind for kind in result["kinds"]}
        runs.append(kinds)
        said = ", ".join(f"{name} {kind['p50']:.2f} / {kind['p99']:.2f} ms" for name, kind in kinds.items())
        say(f"recording p50 / p99: {said}")

    def middle(kind: str, name: str) -> float:
        return median(run[kind][name] for run in runs)

    whole, bare = middle("Whole", "p50"), middle("WithoutArbiter", "p50")
    unlocked = middle("WithoutLocks", "p50")
    extra = middle("Whole", "statements") - middle("WithoutArbiter", "statements")
    late = middle("Whole", "p99"), middle("WithoutArbiter", "p99")
    return [
        Row("recording with the arbiter, round trips", f"{middle('Whole', 'statements'):.2f}",
            f"{middle('WithoutArbiter', 'statements'):.2f} without", f"{extra:+.2f}", verdict(round(extra, 2), 0, below=True)),
        Row("recording with the arbiter, p50", f"{whole:.2f} ms", f"{bare:.2f} ms without", f"{whole / bare:.2f}"),
        Row("recording with the arbiter, p99", f"{late[0]:.2f} ms", f"{late[1]:.2f} ms without",
            f"{late[0] / late[1]:.2f}"),
        Row("of it the locks, p50", f"{whole:.2f} ms", f"{unlocked:.2f} ms without locks", f"{whole / unlocked:.2f}"),
        Row("arbiter's share of recording", f"{1 - bare / whole:.0%}"),
    ]  # fmt: skip
