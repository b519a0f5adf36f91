"""The Rust side: which cargo, where its results lie, and building them."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from embedded.folder import PROJECT
from embedded.process import bound_to_owner
from embedded.refusal import Refusal


def cargo() -> str:
    """The path of cargo, or words; also checks for the linker that every build needs."""
    found = shutil.which("cargo")
    if found is None:
        home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")) / "bin/cargo"
        if not os.access(home, os.X_OK):
            raise Refusal(
                f"Rust {_oldest()} or later is needed to build Jiekou, and there is no cargo on the PATH. "
                'Install it with rustup (rust-lang.org, "Install Rust") and start again'
            )
        found = str(home)
        os.environ["PATH"] = f"{home.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    if not any(shutil.which(linker) for linker in ("cc", "gcc", "clang")):
        raise Refusal("a C compiler is needed to link (Debian: gcc and libc6-dev); install one and start again")
    return found


def programs() -> Path:
    """Where the release build puts its programs; CARGO_TARGET_DIR is honoured."""
    return target() / "release"


def target() -> Path:
    named = os.environ.get("CARGO_TARGET_DIR") or os.environ.get("CARGO_BUILD_TARGET_DIR")
    return Path(named).absolute() if named else PROJECT / "target"


def environment() -> dict[str, str]:
    """The caller's variables, with a relative target folder meaning what the caller meant by it."""
    return {**os.environ, "CARGO_TARGET_DIR": str(target())}


def start(arguments: Sequence[str], given: Mapping[str, str] | None = None) -> subprocess.Popen:
    """Starts cargo with its own progress on the terminal, beside whatever else is being set up.

    Its own process group lets `abandon` reach what cargo started (compilers, test programs).
    """
    return subprocess.Popen(
        [cargo(), *arguments],
        cwd=PROJECT,
        env=environment() if given is None else dict(given),
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=bound_to_owner(signal.SIGTERM),
    )


def finish(build: subprocess.Popen) -> None:
    """Waits for a build; its errors are on the terminal already."""
    if build.wait() != 0:
        raise Refusal("the build failed; the compiler's words are above")


def abandon(build: subprocess.Popen) -> None:
    """Ends a build that is not wanted any more; nothing happens to a finished one."""
    if build.poll() is not None:
        return
    os.killpg(build.pid, signal.SIGTERM)
    try:
        build.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(build.pid, signal.SIGKILL)
        build.wait()


def _oldest() -> str:
    manifest = (PROJECT / "Cargo.toml").read_text(encoding="utf-8")
    found = re.search(r'^rust-version = "([^"]+)"', manifest, re.MULTILINE)
    return found[1] if found else "(a current version)"
