"""Watches the processes of a run, and ends them in the order that loses nothing."""

import re
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from embedded import process
from embedded.progress import say
from embedded.refusal import Refusal

_LOOK_EVERY = 0.2
_WORTH_SHOWING = re.compile(r"\b(WARN|ERROR)\b|panicked at")


@dataclass
class Member:
    """One process of the run."""

    name: str
    pid: int
    log: Path
    stop: Callable[[], object]
    echo: bool = False
    read: int = field(default=0)

    def __post_init__(self) -> None:
        self.read = self.log.stat().st_size if self.log.exists() else 0


class Supervisor:
    """Stops its members in the reverse order of their start, except that drains run side by side."""

    def __init__(self) -> None:
        self._members: list[Member] = []
        self._draining: list[tuple[str, subprocess.Popen]] = []

    def add(self, name: str, pid: int, log: Path, stop: Callable[[], object]) -> None:
        """A server that has its own way to stop."""
        self._members.append(Member(name, pid, log, stop))

    def run(self, name: str, command: list, log: Path, environment: dict[str, str], *, drains: bool) -> None:
        """Starts a process; one that drains is given 30 s together with the others that do."""
        offset = log.stat().st_size if log.exists() else 0
        child = process.spawn(command, log, env=environment, orphan_signal=signal.SIGTERM)
        self._members.append(
            Member(name, child.pid, log, lambda: process.stop(child.pid, signal.SIGTERM, 10), echo=drains)
        )
        self._members[-1].read = offset if offset <= log.stat().st_size else 0
        if drains:
            self._draining.append((name, child))

    def check(self) -> None:
        """Shows new warnings, and refuses to go on when a member has ended by itself."""
        for member in self._members:
            if member.echo:
                _show_warnings(member)
        for member in self._members:
            if not process.alive(member.pid):
                last = process.tail(member.log)
                raise Refusal(f"{member.name} ended unexpectedly. The last lines of {member.log}:\n{last}")

    def watch(self) -> None:
        """Until a member ends; the caller's signal handlers end it otherwise."""
        while True:
            self.check()
            time.sleep(_LOOK_EVERY)

    def stop(self, patience: float = 30) -> None:
        """API and worker finish what they have begun, then the servers below them stop."""
        hurried = []
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: hurried.append(True))
        self._drain(patience, hurried)
        drained = {child.pid for _, child in self._draining}
        for member in reversed(self._members):
            if member.pid in drained:
                _show_warnings(member)
            elif process.alive(member.pid):
                say(f"{member.name}: stopping")
                member.stop()
        self._members.clear()
        self._draining.clear()

    def _drain(self, patience: float, hurried: list) -> None:
        running = [(name, child) for name, child in self._draining if child.poll() is None]
        for name, child in running:
            say(f"{name}: finishing its work (Ctrl-C again: at once)")
            child.terminate()
        until = time.monotonic() + patience
        while any(child.poll() is None for _, child in running) and time.monotonic() < until and not hurried:
            time.sleep(0.05)
        for name, child in running:
            if child.poll() is None:
                say(f"{name}: did not finish in time; ended by force")
                child.kill()
                child.wait()


def _show_warnings(member: Member) -> None:
    """New warning lines of a log also go to the terminal."""
    try:
        with open(member.log, "rb") as file:
            file.seek(member.read)
            text = file.read()
    except FileNotFoundError:
        return
    whole = text.rpartition(b"\n")[0]
    member.read += len(whole) + (1 if whole else 0)
    for line in whole.decode("utf-8", "replace").splitlines():
        if _WORTH_SHOWING.search(line):
            say(f"{member.name} │ {line}")
