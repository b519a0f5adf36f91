"""The one expected way to fail: words for the person at the terminal."""

import sys
from collections.abc import Callable


class Refusal(Exception):
    """Something the user can mend; shown as plain words, without a traceback."""


def spoken(name: str, act: Callable[[], int]) -> int:
    """Runs a command; its refusal becomes words and exit code 1."""
    try:
        return act()
    except Refusal as words:
        print(f"{name}: {words}", file=sys.stderr)
    except PermissionError as problem:
        print(f"{name}: {problem}. Was this made by a run under another account?", file=sys.stderr)
    return 1
