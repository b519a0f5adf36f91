"""Short folders for unix sockets.

A socket's path may have 107 bytes at most, which a project deep in a home
exceeds. The sockets therefore lie in a private folder below /tmp; a link
beside the data remembers which, so that one left by a killed run is removed.
"""

import os
import shutil
import tempfile
from pathlib import Path

from embedded.account import Account, give


def make(link: Path, account: Account | None) -> Path:
    """A new socket folder, remembered by `link`; an earlier one goes."""
    remove(link)
    folder = Path(tempfile.mkdtemp(prefix="jiekou-", dir="/tmp"))
    give(folder, account)
    link.symlink_to(folder)
    return folder


def remove(link: Path) -> None:
    """Removes link and folder, unless somebody else has made a folder of that name."""
    if not link.is_symlink():
        return
    folder = Path(os.readlink(link))
    is_folder = folder.is_dir() and not folder.is_symlink()
    if is_folder and folder.name.startswith("jiekou-") and folder.stat().st_uid == link.parent.stat().st_uid:
        shutil.rmtree(folder, ignore_errors=True)
    link.unlink()
