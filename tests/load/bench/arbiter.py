"""The arbiter's share of recording a report: the same statement with and without its locks and its look."""

from statistics import median
from typing import TYPE_CHECKING, Any

from bench.installation import RULEBOOK, Installation
from bench.programs import load
from bench.table import Row, verdict
from embedded.progress import say

if TYPE_CHECKING:
    from bench.main import Wishes

# With it the wait for the disk, the same for every report, hides what differs.
_NO_WAIT = "options[synchronous_commit]=off"


def measure(here: Installation, wishes: "Wishes") -> list[Row]:
    load("settle", "--database", here.url)
    waiting = [_run(here, wishes, here.url) for _ in range(wishes.rounds)]
    joint = "&" if "?" in here.url else "?"
    computing = [_run(here, wishes, f"{here.url}{joint}{_NO_WAIT}") for _ in range(wishes.rounds)]
    trips = _middle(waiting, "Whole", "statements"), _middle(waiting, "WithoutArbiter", "statements")
    # A neighbour that came meanwhile is judged again: once in hundreds of reports.
    extra = round(trips[0] - trips[1], 1)
    return [
        Row("recording, round trips with the arbiter", f"{trips[0]:.2f}", f"{trips[1]:.2f} without",
            f"{extra:+.1f} more", verdict(extra, 0, below=True)),
        *_rows("recording", waiting),
        *_rows("recording without waiting for the disk", computing),
    ]  # fmt: skip


def _run(here: Installation, wishes: "Wishes", url: str) -> dict[str, Any]:
    result = load(
        "arbiter", "--database", url, "--rulebook", RULEBOOK, "--skip", str(here.next_problem),
        "--reports", str(max(200, round(wishes.seconds * 200))),
    )  # fmt: skip
    here.next_problem = result["next"]
    kinds = {kind["kind"]: kind for kind in result["kinds"]}
    said = ", ".join(f"{name} {kind['p50']:.2f} / {kind['p99']:.2f} ms" for name, kind in kinds.items())
    say(f"recording p50 / p99: {said}")
    return kinds


def _middle(runs: list[dict[str, Any]], kind: str, name: str) -> float:
    return median(run[kind][name] for run in runs)


def _rows(what: str, runs: list[dict[str, Any]]) -> list[Row]:
    rows = []
    for other, words in (("WithoutArbiter", "without the arbiter"), ("WithoutLocks", "without its locks")):
        for name in ("p50", "p99"):
            whole, less = _middle(runs, "Whole", name), _middle(runs, other, name)
            rows.append(Row(f"{what}, {name}", f"{whole:.2f} ms", f"{less:.2f} ms {words}", f"{whole / less:.2f}"))
    return rows
