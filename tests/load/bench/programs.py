"""Running `jiekou-load` and other programs, and reading what they say."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from embedded import build
from embedded.refusal import Refusal


def load(*arguments: str | Path) -> dict[str, Any]:
    """Runs a command of `jiekou-load`; its line of JSON, or nothing."""
    words = output(build.programs() / "jiekou-load", *arguments)
    return json.loads(words) if words.strip() else {}


def output(program: str | Path, *arguments: str | Path, **environment: str) -> str:
    """What a program prints; it must succeed. Its progress stays on the terminal."""
    done = subprocess.run(
        [str(program), *map(str, arguments)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    if done.returncode != 0:
        raise Refusal(f"{Path(program).name} {arguments[0]} failed; its words are above")
    return done.stdout
