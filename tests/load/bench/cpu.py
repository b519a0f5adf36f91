"""Who used the processor during a run."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_TICKS = os.sysconf("SC_CLK_TCK")


def shares(pids: Mapping[str, Sequence[int]], work: Callable[[], T]) -> tuple[T, dict[str, float]]:
    """Runs `work`; with its result the cores that each process kept busy, `load` being what `work` started."""
    before, began = _snapshot(pids), time.monotonic()
    result = work()
    after, seconds = _snapshot(pids), time.monotonic() - began
    return result, {name: (after[name] - before[name]) / seconds for name in before}


def said(used: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {cores:.2f}" for name, cores in used.items())


def _snapshot(pids: Mapping[str, Sequence[int]]) -> dict[str, float]:
    used = {name: sum(_tree(pid) for pid in known) for name, known in pids.items()}
    own = os.times()
    used["load"] = own.children_user + own.children_system
    known = sum(used.values())
    used["everything else"] = _busy() - known
    return used


def _tree(pid: int) -> float:
    """Seconds of a process, its living children and those it has outlived."""
    total = _seconds(pid, slice(11, 15))
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += sum(_seconds(int(child), slice(11, 13)) for child in (task / "children").read_text().split())
    return total


def _seconds(pid: int, fields: slice) -> float:
    try:
        words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(word) for word in words[fields]) / _TICKS


def _busy() -> float:
    """User, nice, system, interrupts and stolen time of all cores."""
    words = Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0].split()[1:]
    return sum(int(words[position]) for position in (0, 1, 2, 5, 6, 7)) / _TICKS
