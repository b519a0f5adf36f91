"""What `./test` does, step by step."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from embedded import browser, build, contract_fuzzer, ffmpeg, open311_clients, servers, wechat_peer
from embedded.folder import PROJECT, Folder
from embedded.lock import held
from embedded.postgres import Postgres
from embedded.progress import say
from embedded.redis import Redis
from embedded.running import Stopped, stop_on_signals
from embedded.supervisor import Supervisor

# One test binary's tests run side by side, each with a database and a pool of its own, that are worth nothing when the
# machine stops. Tests about what outlives a crash have a server of their own, which keeps what it is told.
_SETTINGS = {"max_connections": "400", "fsync": "off", "full_page_writes": "off"}
_PICKS_PACKAGES = ("-p", "--package", "--workspace", "--all", "--manifest-path")


def test(arguments: Sequence[str]) -> int:
    """Sets up, runs the tests, stops the servers; the exit code."""
    folder = Folder(PROJECT / ".jiekou" / "test").make()
    stop_on_signals()
    with held(folder.root / "lock", f"another ./test is using {folder.root}"):
        try:
            with ExitStack() as undo:
                return _test(folder, arguments, undo)
        except Stopped:
            say("stopped")
            return 130


def _test(folder: Folder, arguments: Sequence[str], undo: ExitStack) -> int:
    _forget_earlier(folder)
    over = Supervisor()
    undo.callback(over.stop)
    failures = 0 if arguments else _scripts()
    say("building the programs and their tests (the first time takes some minutes)")
    # The same selection as the test run below: other features would build the dependencies twice.
    building = build.start(["build", "--release", "--locked", "--workspace", "--bins", "--tests"])
    undo.callback(build.abandon, building)
    given = environment(folder, servers.postgres(folder, over, _SETTINGS), servers.redis(folder, over), os.environ)
    given["JIEKOU_TEST_SCHEMATHESIS"] = str(contract_fuzzer.program(PROJECT / ".jiekou" / "venv"))
    given["JIEKOU_TEST_WECHATPY"] = str(wechat_peer.python(PROJECT / ".jiekou" / "wechatpy"))
    given["JIEKOU_TEST_OPEN311_PEERS"] = str(open311_clients.python(PROJECT / ".jiekou" / "open311"))
    given |= browser.environment(PROJECT / ".jiekou" / "browser")
    given["JIEKOU_TEST_FFMPEG"] = str(ffmpeg.find() or "")
    build.finish(building)
    say("testing")
    testing = build.start(["test", "--release", "--locked", "--no-fail-fast", *selection(arguments)], given)
    undo.callback(build.abandon, testing)
    return testing.wait() or failures


def _forget_earlier(folder: Folder) -> None:
    """Nothing in here is worth keeping, and databases of tests that were killed would pile up."""
    for server in (Postgres, Redis):
        server(folder).kill()
    folder.empty(with_secrets=True)
    folder.make()


def _scripts() -> int:
    """The unit tests of these scripts; they need no build, so they come first."""
    say("testing the scripts")
    command = [sys.executable, "-m", "unittest", "discover", "-s", "tests/embedded"]
    return subprocess.run(command, cwd=PROJECT, stdin=subprocess.DEVNULL, check=False).returncode


def selection(arguments: Sequence[str]) -> list[str]:
    """Everything, unless the caller picked packages; other words are filters for the tests."""
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    picked = any(argument.split("=")[0] in _PICKS_PACKAGES for argument in own)
    return [*([] if picked else ["--workspace"]), *arguments]


def environment(folder: Folder, database: dict, redis: dict, caller: Mapping[str, str]) -> dict[str, str]:
    """What the tests read. Settings for a real installation must not reach them."""
    given = {name: value for name, value in caller.items() if not name.startswith("JIEKOU_") or "_TEST_" in name}
    given |= {
        "CARGO_TARGET_DIR": str(build.target()),
        "JIEKOU_TEST_DATABASE_URL": database["adminUrl"],
        "JIEKOU_TEST_REDIS_URL": redis["url"],
        "JIEKOU_TEST_PG_BIN": database["bin"],
        "JIEKOU_TEST_BIN": str(build.programs()),
        "JIEKOU_TEST_DIR": str(folder.root),
        "JIEKOU_TEST_PYTHON": sys.executable,
    }
    # Most of a test's time it waits for processes of its own: one more than there are processors.
    given.setdefault("RUST_TEST_THREADS", str((os.cpu_count() or 1) + 1))
    data = data_folder(caller.get("JIEKOU_TEST_DATA"))
    if data is not None:
        given["JIEKOU_TEST_DATA"] = str(data)
    return given


def data_folder(named: str | None) -> Path | None:
    """Real data for the tests that want it: what the caller named, else the folder beside the project."""
    if named:
        return Path(named).absolute()
    beside = PROJECT.parent / "shared" / "data"
    return beside if beside.is_dir() else None
