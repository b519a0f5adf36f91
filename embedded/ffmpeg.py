"""Finds ffmpeg, which takes stills of videos: an installed one first, else the one that a PyPI wheel carries."""

import shutil
import subprocess
from pathlib import Path

from embedded import packages, wheel
from embedded.progress import say
from embedded.refusal import Refusal

_WHEEL = "imageio-ffmpeg==0.8.1"
_FOLDER = "pypi-ffmpeg"


def find() -> Path | None:
    """The program; `None`, with the reason told, where there is none: then videos are not taken."""
    installed = shutil.which("ffmpeg")
    if installed is not None:
        return Path(installed)
    store = packages.folder(None)
    try:
        return _carried(store) or _fetched(store)
    except (Refusal, OSError, subprocess.SubprocessError) as problem:
        say(f"ffmpeg: not here, so videos are not taken (Debian: ffmpeg); {problem}")
        return None


def _fetched(store: Path) -> Path:
    say(f"ffmpeg: not installed here; fetching the PyPI wheel into {store}")
    wheel.unpack(store, _FOLDER, _WHEEL, "manylinux_2_28")
    found = _carried(store)
    if found is None:
        raise Refusal("the wheel carries no ffmpeg for this machine")
    found.chmod(0o755)
    return found


def _carried(store: Path) -> Path | None:
    return next(store.glob(f"{_FOLDER}/imageio_ffmpeg/binaries/ffmpeg-*"), None)
