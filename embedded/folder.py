"""The layout of the private folder (`.jiekou/`), and where its parts really lie.

Root hands the servers to another account, which must be able to walk to its
files. Where the project lies below a closed folder (`/root`, a 0700 home),
the servers' part goes to `/var/lib/jiekou/` and a link in the private folder
says so.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from embedded.account import Account, give, refuse_foreign, switch
from embedded.refusal import Refusal

PROJECT = Path(__file__).resolve().parent.parent
_ELSEWHERE = Path("/var/lib/jiekou")


class Folder:
    """One private folder: its own ports, secrets, logs and servers."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def make(self) -> "Folder":
        """Creates what is missing. Others may walk through, but see no list and no secret."""
        refuse_foreign(self.root)
        self.root.mkdir(parents=True, exist_ok=True)
        if self.root.stat().st_uid == os.geteuid():
            self.root.chmod(0o711)
        for name in ("log", "mail", "sms", "photos"):
            path = self.root / name
            path.mkdir(mode=0o700, exist_ok=True)
        return self

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def sms(self) -> Path:
        return self.root / "sms"

    @property
    def photos(self) -> Path:
        return self.root / "photos"

    @property
    def servers(self) -> Path:
        return self.root / "servers"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.env"

    @property
    def ports(self) -> Path:
        return self.root / "ports.json"

    @property
    def accounts(self) -> Path:
        return self.root / "demo-accounts.json"

    def server(self, name: str, account: Account | None) -> Path:
        """The folder of one server, reachable for and owned by its account."""
        path = placed(self.servers, account) / name
        if not path.exists():
            path.mkdir(mode=0o700)
            give(path, account)
        return path

    def empty(self, with_secrets: bool) -> None:
        """Removes the data; packages, ports and logs of earlier runs stay."""
        if self.servers.is_symlink():
            shutil.rmtree(self.servers.resolve(), ignore_errors=True)
            self.servers.unlink()
        for path in (self.servers, self.photos, self.mail, self.sms):
            if path.exists():
                shutil.rmtree(path)
        self.accounts.unlink(missing_ok=True)
        if with_secrets:
            self.secrets.unlink(missing_ok=True)


def placed(wanted: Path, account: Account | None) -> Path:
    """`wanted`, or where it had to go so that the account can walk to it."""
    if wanted.is_symlink():
        target = wanted.resolve()
        target.mkdir(mode=0o711, parents=True, exist_ok=True)
        return target
    wanted.mkdir(mode=0o711, parents=True, exist_ok=True)
    if account is None or can_enter(wanted, account):
        return wanted
    if any(wanted.iterdir()):
        raise Refusal(
            f"the servers run as {account.name}, which cannot enter {wanted} any more: a folder above "
            "it was closed. Open it again (chmod o+x), or remove this folder"
        )
    key = hashlib.sha256(str(wanted).encode()).hexdigest()[:12]
    target = _ELSEWHERE / f"{wanted.name}-{key}"
    _ELSEWHERE.mkdir(mode=0o711, parents=True, exist_ok=True)
    target.mkdir(mode=0o711, exist_ok=True)
    wanted.rmdir()
    wanted.symlink_to(target)
    return target


def can_enter(folder: Path, account: Account | None) -> bool:
    """Asks the kernel, not the mode bits: lists, groups and mounts all count."""
    probe = ["/bin/sh", "-c", 'cd "$0" 2>/dev/null', str(folder)]
    return subprocess.run(probe, cwd="/", check=False, **switch(account)).returncode == 0
