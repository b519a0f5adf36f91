"""PostgreSQL and Redis out of Debian's (or Ubuntu's) packages, without installing them.

apt resolves and downloads with a private state folder, and the packages are
only unpacked: no maintainer script runs, so no system service or cluster can
appear, and an ordinary user can do it as well as root.
"""

import os
import re
import shutil
from pathlib import Path

from embedded.package_client import needed, run
from embedded.refusal import Refusal

_OLDEST = 15
_ZONES = Path("/usr/share/zoneinfo/Asia/Shanghai")


def postgres(store: Path) -> Path:
    """Unpacks the release's PostgreSQL; the folder of runnable programs."""
    target = store / "debian-postgresql"
    apt = _Apt(store)
    version = _major(apt.depends("postgresql"))
    _need_time_zones()
    apt.unpack([f"postgresql-{version}", f"postgresql-client-{version}"], target)
    return _wrapped(target, target / f"usr/lib/postgresql/{version}/bin")


def redis(store: Path) -> Path:
    """Unpacks the release's Redis; the runnable server."""
    target = store / "debian-redis"
    _Apt(store).unpack(["redis-server", "redis-tools"], target)
    return _wrapped(target, target / "usr/bin") / "redis-server"


class _Apt:
    """apt with its own lists and cache; the system's are neither read nor locked."""

    def __init__(self, store: Path) -> None:
        self._get, self._cache = needed("apt-get"), needed("apt-cache")
        self._unpacker = needed("dpkg-deb")
        self._home = store / "apt"
        for part in ("state/lists/partial", "cache/archives/partial"):
            (self._home / part).mkdir(parents=True, exist_ok=True)
        self._options = [
            f"-oDir::State={self._home}/state",
            "-oDir::State::status=/var/lib/dpkg/status",
            f"-oDir::Cache={self._home}/cache",
            "-oDebug::NoLocking=1",
            "-oAPT::Sandbox::User=",
            "-oAPT::Update::Post-Invoke::=",
            "-oAcquire::Retries=2",
        ]
        run([self._get, *self._options, "update"])

    def depends(self, package: str) -> str:
        return run([self._cache, *self._options, "depends", package])

    def unpack(self, packages: list[str], target: Path) -> None:
        """The packages and those of their dependencies that this machine lacks."""
        fetch = ["install", "--yes", "--download-only", "--reinstall", "--no-install-recommends"]
        run([self._get, *self._options, *fetch, *packages])
        shutil.rmtree(target, ignore_errors=True)
        for archive in sorted((self._home / "cache/archives").glob("*.deb")):
            run([self._unpacker, "-x", archive, target])
        shutil.rmtree(self._home, ignore_errors=True)


def _major(depends: str) -> int:
    found = re.search(r"Depends: postgresql-(\d+)", depends)
    if found is None or int(found[1]) < _OLDEST:
        raise Refusal(f"this release's PostgreSQL is older than {_OLDEST}")
    return int(found[1])


def _need_time_zones() -> None:
    """Debian's PostgreSQL reads the system's time zones from their fixed place."""
    if _ZONES.exists():
        return
    if os.geteuid() != 0:
        raise Refusal("the package tzdata is not installed and only root can install it")
    apt = needed("apt-get")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run([apt, "update"], env=quiet)
    run([apt, "install", "--yes", "--no-install-recommends", "tzdata"], env=quiet)


def _wrapped(target: Path, programs: Path) -> Path:
    """Scripts that start the unpacked programs with the unpacked libraries.

    Callers then need to know nothing about library paths; `exec` keeps the pid.
    """
    libraries = ":".join(sorted({str(file.parent) for file in target.rglob("lib*.so*")}))
    folder = target / "programs"
    folder.mkdir(exist_ok=True)
    for program in programs.iterdir():
        script = folder / program.name
        script.write_text(f"#!/bin/sh\nLD_LIBRARY_PATH='{libraries}' exec '{program}' \"$@\"\n", encoding="utf-8")
        script.chmod(0o755)
    return folder
