"""The command line, and the order of the measurements."""

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import arbiter, clocks, flood, inbox, intake, names, photos, processes, reads, routing, statistics
from bench.installation import Installation
from bench.table import Row, machine, markdown
from embedded.folder import PROJECT
from embedded.lock import held
from embedded.progress import say
from embedded.refusal import spoken
from embedded.running import Stopped, stop_on_signals


@dataclass(frozen=True)
class Wishes:
    """What the command line asked for."""

    seconds: float
    warmup: float
    rounds: int
    photos: Path | None


MEASUREMENTS: dict[str, Callable[[Installation, Wishes], list[Row]]] = {
    "start": processes.start,
    "intake": intake.measure,
    "reads": reads.measure,
    "load": processes.under_load,
    "photos": photos.measure,
    "routing": routing.measure,
    "arbiter": arbiter.measure,
    "inbox": inbox.measure,
    "names": names.measure,
    "clocks": clocks.measure,
    "statistics": statistics.measure,
    "flood": flood.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="tests/load/run",
        description="Builds Jiekou, starts it on private servers with their default settings, measures it beside "
        "pgbench, vipsthumbnail and a bare actix-web handler, and prints a table. Run it on a machine that does "
        "nothing else. The numbers of interest are the ratios.",
        epilog="`jiekou-load COMMAND --help` shows the single measurements.",
    )
    parser.add_argument("--seconds", type=float, default=15, help="length of each run under load (default: 15)")
    parser.add_argument("--warmup", type=float, default=3, help="before each of them (default: 3)")
    parser.add_argument("--rounds", type=int, default=2, help="alternating runs of each comparison (default: 2)")
    parser.add_argument("--photos", type=Path, help="folder of .jpg to measure with (default: 40 made ones)")
    parser.add_argument(
        "--only", type=lambda names: names.split(","), default=list(MEASUREMENTS), metavar="NAME,…",
        help=f"some of {', '.join(MEASUREMENTS)}; reads and load come after intake",
    )  # fmt: skip
    parser.add_argument("--no-build", action="store_true", help="measure what lies in the target folder")
    parser.add_argument("--dir", type=Path, default=PROJECT / ".jiekou" / "load", help="emptied first")
    given = parser.parse_args()
    unknown = set(given.only) - set(MEASUREMENTS)
    if unknown:
        parser.error(f"--only knows {', '.join(MEASUREMENTS)}, not {', '.join(sorted(unknown))}")
    if {"reads", "load"} & set(given.only) and "intake" not in given.only:
        parser.error("reads and load need the reports of intake: add it to --only")
    return spoken("tests/load/run", lambda: _measured(given))


def _measured(given: argparse.Namespace) -> int:
    wishes = Wishes(given.seconds, given.warmup, given.rounds, given.photos)
    stop_on_signals()
    given.dir.mkdir(parents=True, exist_ok=True)
    with held(given.dir / "lock", f"another run is using {given.dir}"):
        try:
            with ExitStack() as undo:
                here = Installation(given.dir, undo, builds=not given.no_build)
                rows: list[Row] = []
                for name, measure in MEASUREMENTS.items():
                    if name in given.only:
                        say(f"measuring: {name}")
                        rows += measure(here, wishes)
                print(machine(here.server_version()))
                print(markdown(rows), flush=True)
        except Stopped:
            say("stopped")
            return 130
    return 0
