"""schemathesis, the fuzzer of the OpenAPI contract, in a place of its own.

It is a Python program with many dependencies; a virtual environment below the
private folder keeps them away from everything else. Where the system's Python
cannot make one, pip puts the same packages into a plain folder.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from embedded.package_client import needed, run
from embedded.progress import say
from embedded.refusal import Refusal

_PACKAGE = "schemathesis==4.32.5"


def program(home: Path) -> Path:
    """The runnable `schemathesis`, installed below `home` on first use."""
    installed, mark = home / "bin" / "schemathesis", home / "installed"
    if mark.exists() and mark.read_text(encoding="ascii") == _PACKAGE and _runs(installed):
        return installed
    say(f"installing {_PACKAGE} (the contract's fuzzer)")
    shutil.rmtree(home, ignore_errors=True)
    try:
        environment(home, [_PACKAGE])
    except (Refusal, OSError):
        shutil.rmtree(home, ignore_errors=True)
        _into_folder(home)
    if not _runs(installed):
        raise Refusal(f"{_PACKAGE} was installed into {home} but does not run")
    mark.write_text(_PACKAGE, encoding="ascii")
    return installed


def environment(home: Path, packages: Sequence[str]) -> None:
    """A virtual environment in `home` with these packages."""
    try:
        run([sys.executable, "-m", "venv", home])
    except Refusal:
        if os.geteuid() != 0:
            raise
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        apt = needed("apt-get")
        run([apt, "update"], env=quiet)
        run([apt, "install", "--yes", "--no-install-recommends", "python3-venv"], env=quiet)
        run([sys.executable, "-m", "venv", "--clear", home])
    run([home / "bin" / "python", "-m", "pip", "install", "--quiet", *packages])


def _into_folder(home: Path) -> None:
    packages = home / "packages"
    run([sys.executable, "-m", "pip", "install", "--quiet", "--target", packages, _PACKAGE])
    script = home / "bin" / "schemathesis"
    script.parent.mkdir(parents=True)
    script.write_text(
        f"#!/bin/sh\nPYTHONPATH='{packages}' exec '{sys.executable}' "
        "-c 'from schemathesis.cli import schemathesis; schemathesis()' \"$@\"\n",
        encoding="utf-8",
    )
    script.chmod(0o755)


def _runs(program_path: Path) -> bool:
    try:
        return subprocess.run([program_path, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False
