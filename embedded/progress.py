"""Lines that say what happens now and how long it has taken so far."""

import sys
import time

_STARTED = time.monotonic()


def elapsed() -> float:
    """Seconds since this command started."""
    return time.monotonic() - _STARTED


def say(words: str) -> None:
    """One line with the elapsed time, on stderr: stdout is for results (JSON, tables)."""
    print(f"[{elapsed():6.1f} s] {words}", file=sys.stderr, flush=True)
