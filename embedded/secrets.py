"""The keys of a private installation, made once and kept readable to its owner only."""

import base64
import os
from pathlib import Path


def ensure(path: Path) -> dict[str, str]:
    """The keys in `path`; a missing file is created whole or not at all."""
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="ascii") as file:
            file.write("".join(f"{name}={value}\n" for name, value in _made().items()))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    path.chmod(0o600)
    return read(path)


def read(path: Path) -> dict[str, str]:
    """Parses NAME=value lines; only the first `=` separates, base64 may end in more."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def _made() -> dict[str, str]:
    return {
        "JIEKOU_SECRETS__MASTER_KEYS": f"k1:{_random()}",
        "JIEKOU_SECRETS__SIGNING_KEYS": f"s1:{_random()}",  # an Ed25519 seed
        "JIEKOU_SECRETS__BLIND_INDEX_KEY": _random(),
    }


def _random() -> str:
    return base64.b64encode(os.urandom(32)).decode("ascii")
