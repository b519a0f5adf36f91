"""The inbox of a center with 100,000 cases beside the bare query of the same page."""

from statistics import median
from typing import TYPE_CHECKING, Any

from bench import cpu
from bench.installation import Installation
from bench.programs import load
from bench.table import Row, verdict
from embedded.progress import say

if TYPE_CHECKING:
    from bench.main import Wishes

CENTER = "410103001"
# Of the demonstration; `jiekou-api demo load` makes it.
ACCOUNT = f"center-{CENTER}"
PASSWORD = "jiekou-demo-2026"
# Few at once: what is compared is how long one page takes, not how long it waits for its turn.
CONNECTIONS = 2


def measure(here: Installation, wishes: "Wishes") -> list[Row]:
    cases = load("inbox-cases", "--database", here.url, "--center", CENTER)["cases"]
    rows = []
    for name, state in (("by time left, of one state", "signed"), ("by time left, whatever is open", None)):
        runs = [(_page(here, wishes, state), _page(here, wishes, state, "--bare")) for _ in range(wishes.rounds)]
        ours, theirs = ([median(run[side][which] for run in runs) for which in ("p50", "p99")] for side in (0, 1))
        ratio = ours[1] / theirs[1]
        rows.append(
            Row(f"inbox of a center with {cases:,} cases, {name}: p50 / p99", f"{ours[0]:.2f} / {ours[1]:.2f} ms",
                f"{theirs[0]:.2f} / {theirs[1]:.2f} ms bare query", f"{ratio:.2f} (p99)", verdict(ratio, 3, below=True))
        )  # fmt: skip
    return rows


def _page(here: Installation, wishes: "Wishes", state: str | None, *how: str) -> dict[str, Any]:
    which = ("--state", state) if state else ()
    api = here.api()
    result, used = cpu.shares(here.pids(), lambda: load(
        "inbox", "--address", api.address, "--database", here.url, "--center", CENTER, "--username", ACCOUNT,
        "--password", PASSWORD, "--connections", str(CONNECTIONS), "--seconds", str(wishes.seconds),
        "--warmup", str(wishes.warmup), *which, *how,
    ))  # fmt: skip
    say(f"inbox {' '.join((*which, *how))}: {result['rate']:.0f}/s, p50 {result['p50']:.2f} ms, p99 {result['p99']:.2f} ms; "
        f"cores: {cpu.said(used)}")  # fmt: skip
    return result
