"""What the browser's tests need: Debian's Chromium, and npm packages in a place of their own."""

import os
import shutil
from pathlib import Path

from embedded.folder import PROJECT
from embedded.package_client import needed, run
from embedded.progress import say

_TESTS = PROJECT / "tests" / "browser"
_FILES = ("package.json", "package-lock.json", ".npmrc")
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def environment(home: Path) -> dict[str, str]:
    """The variables the browser's tests read; none where there is no browser, which skips them."""
    browser = _browser()
    if browser is None:
        return {}
    return {
        "JIEKOU_TEST_BROWSER": browser,
        "JIEKOU_TEST_NODE": needed("node"),
        "JIEKOU_TEST_NODE_MODULES": str(_packages(home)),
    }


def _browser() -> str | None:
    """The browser that is there, or Debian's, which only root can install."""
    found = _found()
    if found is not None:
        return found
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        say("skipping the browser's tests: there is no chromium, and only root can install it with apt")
        return None
    say("installing chromium (for the browser's tests)")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = needed("apt-get")
    run([apt, "update"], env=quiet)
    run([apt, "install", "--yes", "--no-install-recommends", "chromium"], env=quiet)
    return needed("chromium")


def _found() -> str | None:
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def _packages(home: Path) -> Path:
    """The folder `node_modules` below `home`, as the lock file has it."""
    modules, mark = home / "node_modules", home / "installed"
    wanted = (_TESTS / "package-lock.json").read_text(encoding="utf-8")
    if mark.exists() and mark.read_text(encoding="utf-8") == wanted and modules.is_dir():
        return modules
    say("installing the packages of the browser's tests")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    for name in _FILES:
        shutil.copy(_TESTS / name, home / name)
    run([needed("npm"), "ci"], cwd=home)
    mark.write_text(wanted, encoding="utf-8")
    return modules
