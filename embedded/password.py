"""A random password that stays the same: clients reconnect after a restart."""

import os
import secrets
from pathlib import Path

from embedded.account import Account, give


def kept(path: Path, account: Account | None) -> str:
    """The password in `path`, made on first use and readable to the server's account only."""
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(24))
        give(path, account)
    return path.read_text(encoding="ascii").strip()
