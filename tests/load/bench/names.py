"""Names while an operator types, of 100,000, beside a bare handler that answers as much."""

import shutil
from statistics import median
from typing import TYPE_CHECKING

from bench.installation import RULEBOOK, Installation
from bench.programs import load, output
from bench.reads import bare_handler
from bench.table import Row, verdict
from embedded import build
from embedded.progress import say

if TYPE_CHECKING:
    from bench.main import Wishes

# Of the demonstration; `jiekou-api demo load` makes it.
ACCOUNT = ("--username", "desk", "--password", "jiekou-demo-2026")


def measure(here: Installation, wishes: "Wishes") -> list[Row]:
    folder = here.folder.root / "names"
    shutil.copytree(RULEBOOK, folder, dirs_exist_ok=True)
    names = load("name-places", "--out", folder / "gazetteer.csv")["names"]
    head = folder / "rulebook.yaml"
    head.write_text(head.read_text().replace('version: "', 'version: "names-', 1))
    here.command("rulebook", "load", str(folder))
    if "api" in here.pids():
        here.stop()
    api = here.serve()
    ask = ("names", "--address", api.address, *ACCOUNT)
    document = here.folder.root / "names.json"
    document.write_text(output(build.programs() / "jiekou-load", *ask, "--show"))
    pace = ("--seconds", str(wishes.seconds), "--warmup", str(wishes.warmup))
    ours, theirs = [], []
    for _ in range(wishes.rounds):
        ours.append(load(*ask, *pace))
        theirs.append(bare_handler(here, wishes, document))
        say(f"names: {ours[-1]['rate']:.0f}/s, p99 {ours[-1]['p99']:.2f} ms; bare: p99 {theirs[-1]['p99']:.2f} ms")
    late, least = (median(run["p99"] for run in runs) for runs in (ours, theirs))
    return [
        Row(f"names while typing, of {names:,}: p99", f"{late:.2f} ms", f"{least:.2f} ms a bare request",
            f"{late / least:.2f}", verdict(late / least, 5, below=True)),
    ]  # fmt: skip
