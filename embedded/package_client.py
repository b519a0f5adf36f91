"""Calling apt, npm and pip, with their words kept for the case that they fail."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from embedded.refusal import Refusal


def run(command: Sequence[str | Path], **options) -> str:
    """Runs a package client; its words are shown only when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        **options,
    )
    if done.returncode != 0:
        last = "\n    ".join(done.stdout.strip().splitlines()[-8:])
        raise Refusal(f"{Path(command[0]).name} ended with {done.returncode}:\n    {last}")
    return done.stdout


def needed(program: str) -> str:
    """The path of a package client, or the reason why this way is closed."""
    found = shutil.which(program)
    if found is None:
        raise Refusal(f"there is no {program} here")
    return found
