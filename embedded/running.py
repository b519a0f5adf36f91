"""What `./run` does, step by step."""

import http.client
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from embedded import build, demonstration, environment, ffmpeg, servers
from embedded.folder import Folder
from embedded.lock import held
from embedded.postgres import Postgres
from embedded.process import bound_to_owner
from embedded.progress import elapsed, say
from embedded.redis import Redis
from embedded.refusal import Refusal
from embedded.supervisor import Supervisor

_READY_WITHIN = 120


class Stopped(BaseException):
    """The user asked for the end: Ctrl-C, SIGTERM or a closed terminal."""


@dataclass(frozen=True)
class Wishes:
    """What the command line asked for."""

    folder: Path
    fresh: bool
    port: int | None


def run(wishes: Wishes) -> int:
    """Builds and starts everything; returns 0 when the user ends it."""
    folder = Folder(wishes.folder).make()
    stop_on_signals()
    with held(folder.root / "lock", f"another ./run is using {folder.root}"):
        try:
            with ExitStack() as undo:
                _run(folder, wishes, undo)
        except Stopped:
            say("stopped; the data is kept")
    return 0


def _run(folder: Folder, wishes: Wishes, undo: ExitStack) -> None:
    if wishes.fresh:
        _start_over(folder)
    over = Supervisor()
    undo.callback(over.stop)
    say("building jiekou-api and jiekou-worker (the first time takes some minutes)")
    building = build.start(["build", "--release", "--locked", "-p", "jiekou-api", "-p", "jiekou-worker"])
    undo.callback(build.abandon, building)
    given = environment.settings(folder, servers.addresses(folder, over, os.environ, wishes.port), os.environ)
    if environment.FFMPEG not in given:
        given[environment.FFMPEG] = str(ffmpeg.find() or "")
    build.finish(building)
    say("build: done")
    _prepare(folder, given)
    for name in ("api", "worker"):
        program = build.programs() / f"jiekou-{name}"
        over.run(name, [program, "serve"], servers.log_of(folder, name), given, drains=True)
    _wait_until_ready(environment.address(given), over)
    say(f"ready after {elapsed():.1f} s")
    print(demonstration.words(folder, given, brought=os.environ), flush=True)
    over.watch()


def _start_over(folder: Folder) -> None:
    private = not os.environ.get(environment.DATABASE)
    say(f"starting over: removing the data in {folder.root}")
    if not private:
        say(f"the database of {environment.DATABASE} and the keys of its data are left as they are")
    for server in (Postgres, Redis):
        server(folder).kill()
    folder.empty(with_secrets=private)
    folder.make()


def _prepare(folder: Folder, given: dict[str, str]) -> None:
    """Each of these changes nothing when it was done before."""
    api = build.programs() / "jiekou-api"
    steps = (
        ("migrating the database", ["migrate"]),
        ("loading the rulebook", ["rulebook", "load", given[environment.RULEBOOK]]),
        ("loading the demonstration", ["demo", "load", "--out", str(folder.accounts)]),
    )
    for says, arguments in steps:
        say(says)
        done = subprocess.run(
            [api, *arguments],
            env=given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            preexec_fn=bound_to_owner(signal.SIGTERM),
        )
        with open(folder.log / "prepare.log", "a", encoding="utf-8") as log:
            log.write(done.stdout)
        if done.returncode != 0:
            raise Refusal(f"{says} failed (jiekou-api {' '.join(arguments)}):\n{done.stdout.strip()}")
    if folder.accounts.exists():
        folder.accounts.chmod(0o600)


def _wait_until_ready(address: str, over: Supervisor) -> None:
    """Asks /readyz; its body names the part that is not ready."""
    until, said = time.monotonic() + _READY_WITHIN, time.monotonic()
    while True:
        over.check()
        ready, words = _readiness(address)
        if ready:
            return
        if time.monotonic() > until:
            raise Refusal(f"the API did not become ready within {_READY_WITHIN} s: {words}")
        if time.monotonic() - said > 5:
            said = time.monotonic()
            say(f"waiting for the API: {words}")
        time.sleep(0.05)


def _readiness(address: str) -> tuple[bool, str]:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{address}/readyz", timeout=5) as answer:
            return answer.status == 200, ""
    except urllib.error.HTTPError as problem:
        return False, problem.read(2000).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as problem:
        return False, str(problem)


def stop_on_signals() -> None:
    """Turns the signals that ask for the end into `Stopped`, so that everything is undone in order."""

    def stop(*_: object) -> None:
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
