"""wechatpy, another implementation of WeChat's protocol, in a place of its own.

A virtual environment below the private folder; where the system's Python cannot
make one, pip puts the same packages into a plain folder.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from embedded.package_client import run
from embedded.progress import say
from embedded.refusal import Refusal

_PACKAGES = ("wechatpy[cryptography]==1.8.18",)


def python(home: Path) -> Path:
    """A Python that can import `wechatpy`, installed below `home` on first use."""
    program, mark = home / "bin" / "python", home / "installed"
    wanted = "\n".join(_PACKAGES)
    if mark.exists() and mark.read_text(encoding="ascii") == wanted and _imports(program):
        return program
    say("installing wechatpy (another speaker of WeChat's protocol)")
    shutil.rmtree(home, ignore_errors=True)
    try:
        run([sys.executable, "-m", "venv", home])
        run([program, "-m", "pip", "install", "--quiet", *_PACKAGES])
    except (Refusal, OSError):
        shutil.rmtree(home, ignore_errors=True)
        _into_folder(home, program)
    if not _imports(program):
        raise Refusal(f"wechatpy was installed into {home} but does not run")
    mark.write_text(wanted, encoding="ascii")
    return program


def _into_folder(home: Path, program: Path) -> None:
    packages = home / "packages"
    run([sys.executable, "-m", "pip", "install", "--quiet", "--target", packages, *_PACKAGES])
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\nPYTHONPATH='{packages}' exec '{sys.executable}' \"$@\"\n", encoding="utf-8")
    program.chmod(0o755)


def _imports(program: Path) -> bool:
    command = [program, "-c", "import wechatpy.crypto, wechatpy.replies"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
