"""Starting and stopping server processes so that none outlives its owner."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from embedded.account import Account, switch

_PR_SET_PDEATHSIG = 1
_ROTATE_AT = 10_000_000


def spawn(
    command: Sequence[str | Path],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | str = "/",
    account: Account | None = None,
    orphan_signal: signal.Signals | None = None,
) -> subprocess.Popen:
    """Starts a server in a session of its own, its output appended to `log`.

    Its own session keeps the terminal's Ctrl-C away from it: the order of the
    stop is the owner's business. With `orphan_signal` the kernel sends that
    signal when the owner is gone, even by SIGKILL; the owner must then be the
    main thread, because the kernel watches the thread that forked.
    """
    _rotate(log)
    with open(log, "ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=bound_to_owner(orphan_signal),
            **switch(account),
        )


def bound_to_owner(orphan_signal: signal.Signals | None) -> Callable[[], None] | None:
    """A `preexec_fn` that ties the child's life to ours (Linux only).

    `subprocess` calls it after the change of account, which would undo it.
    """
    if orphan_signal is None or not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    owner = os.getpid()

    def bind() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(orphan_signal), 0, 0, 0)
        if os.getppid() != owner:  # the owner died before the kernel was told
            os._exit(1)

    return bind


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and only waits to be collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        return state not in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self/stat").exists():
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def birth(pid: int) -> str | None:
    """The kernel's start time of a process: a pid that was used again differs in it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None


def stop(pid: int, polite: signal.Signals, patience: float) -> bool:
    """Sends `polite`, waits, then SIGKILL. False when force was needed."""
    if not _send(pid, polite) or wait_gone(pid, patience):
        return True
    _send(pid, signal.SIGKILL)
    wait_gone(pid, 10)
    return False


def wait_gone(pid: int, patience: float) -> bool:
    """Waits until the process has ended."""
    until = time.monotonic() + patience
    while alive(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _send(pid: int, number: signal.Signals) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for the words that explain a failure."""
    try:
        with open(log, "rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 20_000))
            text = file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def _rotate(log: Path) -> None:
    """One older generation is kept, so that a folder in daily use stays small."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _ROTATE_AT:
        log.replace(log.with_name(log.name + ".1"))
