"""Makes a data folder with its role and database, whole or not at all."""

import os
import shutil
import subprocess
from pathlib import Path

from embedded.account import Account, give, switch
from embedded.postgres_programs import Programs
from embedded.refusal import Refusal

_ROLE = _DATABASE = "jiekou"


def create(programs: Programs, home: Path, password: str, account: Account | None) -> None:
    """Creates `home/data`; a creation that was killed half-way is begun anew.

    The database is made in single-user mode, because not every source of
    binaries brings psql.
    """
    unfinished, secret = home / "data.unfinished", home / "password.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    secret.unlink(missing_ok=True)
    with open(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(password)
    give(secret, account)
    try:
        _run(
            [
                programs.folder / "initdb", "--pgdata", unfinished, "--username", _ROLE,
                "--pwfile", secret, "--auth", "scram-sha-256", "--encoding", "UTF8",
                "--locale", "C.UTF-8", "--data-checksums", "--no-instructions",
            ],
            account,
        )  # fmt: skip
    finally:
        secret.unlink(missing_ok=True)
    _run(
        [programs.folder / "postgres", "--single", "-j", "-D", unfinished, "postgres"],
        account,
        words=f"CREATE DATABASE {_DATABASE};\n\n",
    )
    unfinished.rename(home / "data")


def _run(command: list, account: Account | None, words: str = "") -> None:
    done = subprocess.run(
        [str(part) for part in command],
        input=words,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        cwd="/",
        **switch(account),
    )
    if done.returncode != 0 or "ERROR:" in done.stdout:
        raise Refusal(f"{command[0]} failed:\n{done.stdout.strip()}")
