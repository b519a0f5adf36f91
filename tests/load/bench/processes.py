"""Start-up time, and memory idle and under load."""

import re
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench import cpu, intake
from bench.installation import Installation
from bench.programs import load
from bench.table import Row
from embedded.progress import say

if TYPE_CHECKING:
    from bench.main import Wishes

_STARTS = 5


def start(here: Installation, wishes: "Wishes") -> list[Row]:
    """Before anything else: the processes as they are on a quiet morning."""
    times = []
    for _ in range(_STARTS):
        times.append(here.serve().seconds_to_ready)
        here.stop()
    api, worker = here.serve(), here.serve("worker")
    time.sleep(3)
    sizes = resident(api.pid), resident(worker.pid)
    here.stop("worker")
    here.stop()
    return [
        Row("start to /readyz 200, API", f"{median(times) * 1000:.0f} ms"),
        Row("start to /readyz 200, worker", f"{worker.seconds_to_ready * 1000:.0f} ms"),
        Row("resident, idle: API / worker", f"{sizes[0]:.0f} / {sizes[1]:.0f} MB"),
    ]


def under_load(here: Installation, wishes: "Wishes") -> list[Row]:
    """After intake and reads: the API that served them, and a worker that finds their jobs waiting."""
    api = here.api()
    waiting = _jobs(here)
    worker = here.serve("worker")
    before = time.monotonic()
    _, used = cpu.shares(here.pids(), lambda: time.sleep(wishes.seconds))
    seconds = time.monotonic() - before
    done = waiting - _jobs(here)
    sizes = resident(api.pid), resident(worker.pid)
    say(f"worker alone: {done} of {waiting} jobs in {seconds:.0f} s; cores: {cpu.said(used)}")
    result = intake.reports(here, api, wishes.seconds, 1)
    together = resident(api.pid), resident(worker.pid)
    here.stop("worker")
    return [
        Row("resident, after load: API / worker", f"{sizes[0]:.0f} / {sizes[1]:.0f} MB"),
        Row("worker draining `announce` jobs", f"{done / seconds:.0f}/s"),
        Row("intake while the worker works", f"{result['rate']:.0f}/s"),
        Row("resident, both at work: API / worker", f"{together[0]:.0f} / {together[1]:.0f} MB"),
    ]


def resident(pid: int, name: str = "VmRSS") -> float:
    """Megabytes; VmHWM is the most there ever was."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(rf"{name}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024 / 1e6


def _jobs(here: Installation) -> int:
    return int(load("rows", "--database", here.url)["rows"]["job"])
