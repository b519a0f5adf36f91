"""Finds PostgreSQL's programs: installed ones first, fetched ones otherwise."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from embedded import packages
from embedded.account import Account, switch
from embedded.refusal import Refusal

OLDEST = 15


@dataclass(frozen=True)
class Programs:
    """A folder with initdb and postgres of one major version."""

    folder: Path
    major: int


def find(account: Account | None, data_major: int | None) -> Programs:
    """The programs for data of `data_major`, or the newest when there is no data yet."""
    found = list(_usable(account))
    if not found:
        fetched = _checked(packages.postgres(account), account)
        found = [fetched] if fetched else []
    if not found:
        raise Refusal("PostgreSQL was fetched but does not run on this machine")
    return choose(found, data_major)


def choose(found: list[Programs], data_major: int | None) -> Programs:
    """Data is only ever opened by its own major version; a guess would be refused by the server."""
    if data_major is None:
        return max(found, key=lambda programs: programs.major)
    for programs in found:
        if programs.major == data_major:
            return programs
    have = ", ".join(str(major) for major in sorted({programs.major for programs in found}))
    raise Refusal(
        f"the data in this folder was made by PostgreSQL {data_major}, but this machine has {have}. "
        f"Either install PostgreSQL {data_major} (Debian: postgresql-{data_major}) and start again, "
        "or start over without the data: ./run --fresh"
    )


def _usable(account: Account | None) -> Iterator[Programs]:
    seen = set()
    for folder in _candidates(account):
        real = folder.resolve()
        if real not in seen:
            seen.add(real)
            programs = _checked(folder, account)
            if programs is not None and programs.major >= OLDEST:
                yield programs


def _candidates(account: Account | None) -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent
    for root in ("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt"):
        yield from Path(root).glob("*/bin")
    for pattern in ("debian-postgresql/programs", "npm-postgresql/node_modules/*/*/native/bin"):
        yield from packages.folder(account).glob(pattern)


def _checked(folder: Path, account: Account | None) -> Programs | None:
    """Asks the program itself, as the account it will run under."""
    if not (folder / "initdb").exists():
        return None
    try:
        words = subprocess.run(
            [folder / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
            **switch(account),
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    major = re.search(r"\) (\d+)", words)
    return Programs(folder, int(major[1])) if major else None
