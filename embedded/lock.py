"""One user of a folder at a time, however the previous one ended.

The kernel drops an `flock` with its process, so a killed run leaves no stale
lock behind; the pid inside the file is only there for the words.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from embedded.refusal import Refusal


@contextlib.contextmanager
def held(path: Path, busy: str) -> Iterator[None]:
    """Holds the lock for the block; refuses with `busy` when another process has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Refusal(f"{busy} (process {file.read().strip() or 'unknown'})") from None
        _write_pid(file)
        yield


@contextlib.contextmanager
def waited_for(path: Path) -> Iterator[None]:
    """Holds the lock for the block, after waiting for its turn."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _write_pid(file)
        yield


def _write_pid(file) -> None:
    file.seek(0)
    file.truncate()
    file.write(f"{os.getpid()}\n")
    file.flush()
