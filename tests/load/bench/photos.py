"""The photo pipeline beside vipsthumbnail, and the memory of many uploads at once."""

import shutil
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench import processes
from bench.installation import Installation
from bench.programs import load, output
from bench.table import Row, verdict
from embedded.progress import say

if TYPE_CHECKING:
    from bench.main import Wishes


def measure(here: Installation, wishes: "Wishes") -> list[Row]:
    folder = wishes.photos or here.folder.root / "pictures"
    if wishes.photos is None:
        say("making photos")
        load("make-photos", "--folder", folder)
    copies = here.folder.root / "copies"
    copies.mkdir(exist_ok=True)
    ours, theirs = [], []
    for _ in range(wishes.rounds):
        result = load("photos", "--folder", folder, "--copies", copies)
        ours.append(result["photos"] / result["seconds"])
        if shutil.which("vipsthumbnail"):
            theirs.append(result["photos"] / _vips(folder, copies))
    shutil.rmtree(copies)
    return [_speed(ours, theirs), *_uploads(here, folder)]


def _vips(folder: Path, copies: Path) -> float:
    """Seconds of both runs over the whole batch, one process and one thread each."""
    photos = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".jpg")
    began = time.monotonic()
    for size in ("1600x1600", "320x320"):
        target = copies.absolute() / f"%s_{size}.jpg[Q=82,strip]"
        output("vipsthumbnail", "--size", size, "-o", target, *photos, VIPS_CONCURRENCY="1")
    return time.monotonic() - began


def _speed(ours: list[float], theirs: list[float]) -> Row:
    name, rate = "photo pipeline, one core", median(ours)
    if not theirs:
        return Row(name, f"{rate:.1f}/s", "vipsthumbnail is missing (Debian: libvips-tools)")
    other = median(theirs)
    return Row(name, f"{rate:.1f}/s", f"{other:.1f}/s vipsthumbnail", f"{rate / other:.2f}", verdict(rate / other, 0.7))


def _uploads(here: Installation, folder: Path) -> list[Row]:
    """In a process that has done nothing else."""
    if "api" in here.pids():
        here.stop()
    api = here.serve()
    idle = processes.resident(api.pid)
    result = load("upload", "--address", api.address, "--folder", folder)
    peak, after = processes.resident(api.pid, "VmHWM"), processes.resident(api.pid)
    here.stop()
    count = result["stored"] + result["refused"]
    say(f"uploads: {result}")
    return [
        Row(f"{count} uploads at once, {result['megabytes']:.0f} MB in all",
            f"{result['stored']} stored, {result['refused']} refused, {result['seconds']:.1f} s"),
        Row("their memory: before / peak / after", f"{idle:.0f} / {peak:.0f} / {after:.0f} MB"),
    ]  # fmt: skip
