"""Clients of Open311 as others publish them, in a place of their own."""

import shutil
import subprocess
from pathlib import Path

from embedded.contract_fuzzer import environment
from embedded.progress import say
from embedded.refusal import Refusal

_PACKAGES = ("georeport==0.3.1", "civicbot==0.4.0", "chicagorequests==0.0.5")


def python(home: Path) -> Path:
    """A Python that has the clients, installed below `home` on first use."""
    program, mark = home / "bin" / "python", home / "installed"
    if mark.exists() and mark.read_text(encoding="ascii") == " ".join(_PACKAGES) and _runs(program):
        return program
    say("installing clients of Open311 (georeport, civicbot, chicagorequests)")
    shutil.rmtree(home, ignore_errors=True)
    environment(home, _PACKAGES)
    if not _runs(program):
        raise Refusal(f"the clients of Open311 were installed into {home} but do not run")
    mark.write_text(" ".join(_PACKAGES), encoding="ascii")
    return program


def _runs(program: Path) -> bool:
    command = [program, "-c", "import georeport, civicbot, chicagorequests"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
