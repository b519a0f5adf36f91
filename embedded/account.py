"""Which account the servers run under.

PostgreSQL refuses to run as root, and Redis has no business doing so either.
An ordinary user runs them as themself (`None` here).
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from embedded.refusal import Refusal

_CREATED = "jiekou"


@dataclass(frozen=True)
class Account:
    """An unprivileged account that root hands the servers to."""

    name: str
    uid: int
    gid: int


def switch(account: Account | None) -> dict:
    """The `subprocess` arguments that run a command under the account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def give(path: Path, account: Account | None) -> None:
    """Makes the account the owner of one file or folder."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def for_servers(data: Path, folder: Path) -> Account | None:
    """The owner of the data, else of the folder it goes into, else the first suitable account."""
    for path in (data, folder):
        refuse_foreign(path)
        if os.geteuid() == 0 and path.exists() and path.stat().st_uid != 0:
            status = path.stat()
            return Account(_name_of(status.st_uid), status.st_uid, status.st_gid)
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody", _CREATED):
        found = _named(name)
        if found is not None:
            return found
    return _create()


def refuse_foreign(existing: Path) -> None:
    """An ordinary user can neither read nor repair what another account's run has left."""
    if os.geteuid() != 0 and existing.exists() and existing.stat().st_uid != os.geteuid():
        raise Refusal(
            f"{existing} belongs to {_name_of(existing.stat().st_uid)}: it was made by a run under "
            "another account. Run as that account (or root) again, or use another folder: --dir"
        )


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid) if entry.pw_uid != 0 else None


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _create() -> Account:
    useradd = shutil.which("useradd")
    if useradd is None:
        raise Refusal("PostgreSQL cannot run as root and there is no useradd to make an account for it")
    subprocess.run([useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _CREATED], check=True)
    made = _named(_CREATED)
    if made is None:
        raise Refusal(f"the account {_CREATED} could not be created")
    return made
