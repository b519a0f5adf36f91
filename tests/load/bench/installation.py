"""One installation to measure: private servers, two databases, and processes that come and go."""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.programs import load
from embedded import build, process, secrets
from embedded.folder import PROJECT, Folder
from embedded.ports import LOOPBACK, Ports
from embedded.postgres import Postgres
from embedded.progress import say
from embedded.redis import Redis
from embedded.refusal import Refusal

RULEBOOK = PROJECT / "rulebooks" / "erqi"
BASELINE = "baseline"


@dataclass(frozen=True)
class Service:
    """A running process of Jiekou."""

    pid: int
    address: str
    seconds_to_ready: float


class Installation:
    """Builds and starts what every measurement needs."""

    def __init__(self, root: Path, undo: ExitStack, *, builds: bool) -> None:
        self.folder = Folder(root)
        for server in (Postgres, Redis):
            server(self.folder).kill()
        self.folder.empty(with_secrets=True)
        self.folder.make()
        postgres, redis = Postgres(self.folder), Redis(self.folder)
        self._undo = undo
        self._services: dict[str, subprocess.Popen] = {}
        self._api: Service | None = None
        if builds:
            say("building jiekou-api, jiekou-worker and jiekou-load")
            building = build.start(["build", "--release", "--locked", *_packages()])
            undo.callback(build.abandon, building)
            build.finish(building)
        self.postgres = postgres.start(bound=True)
        undo.callback(postgres.stop)
        self.redis = redis.start(bound=True)
        undo.callback(redis.stop)
        undo.callback(self._stop_all)
        self.url: str = self.postgres["url"]
        self.baseline_url: str = postgres.url(BASELINE)
        load("create-database", "--admin", self.postgres["adminUrl"], "--name", BASELINE)
        for url in (self.url, self.baseline_url):
            self._prepare(url)
        self.next_problem = 0

    def server_version(self) -> str:
        return str(load("rows", "--database", self.url)["server"])

    def api(self) -> Service:
        """The API, started unless it runs."""
        return self._api if self._api and "api" in self._services else self.serve()

    def serve(self, name: str = "api", own: Mapping[str, str] | None = None) -> Service:
        """Starts the API or the worker, with some settings of its own, and waits until it is ready."""
        port = Ports(self.folder.ports).any(name)
        address = f"{LOOPBACK}:{port}"
        given = {**self._settings(self.url), **(own or {}), f"JIEKOU_{'HTTP' if name == 'api' else 'WORKER'}__BIND": address}
        began = time.monotonic()
        program = build.programs() / f"jiekou-{name}"
        child = process.spawn(
            [program, "serve"], self.folder.log / f"{name}.log", env=given, orphan_signal=signal.SIGTERM
        )
        self._services[name] = child
        while not _ready(port):
            if child.poll() is not None or time.monotonic() - began > 60:
                raise Refusal(f"jiekou-{name} is not ready:\n{process.tail(self.folder.log / f'{name}.log')}")
            time.sleep(0.002)
        service = Service(child.pid, address, time.monotonic() - began)
        if name == "api":
            self._api = service
        return service

    def stop(self, name: str = "api") -> None:
        child = self._services.pop(name)
        child.send_signal(signal.SIGTERM)
        child.wait(60)

    def pids(self) -> dict[str, list[int]]:
        """Who may use the processor, by name."""
        known = {"PostgreSQL": [int(self.postgres["pid"])], "Redis": [int(self.redis["pid"])]}
        return known | {name: [child.pid] for name, child in self._services.items()}

    def _stop_all(self) -> None:
        for name in list(self._services):
            self.stop(name)

    def _prepare(self, url: str) -> None:
        for arguments in (["migrate"], ["rulebook", "load", str(RULEBOOK)], ["demo", "load"]):
            self.command(*arguments, url=url)

    def command(self, *arguments: str, url: str | None = None) -> None:
        """Runs a command of `jiekou-api`, which must succeed."""
        done = subprocess.run(
            [build.programs() / "jiekou-api", *arguments],
            env=self._settings(url or self.url), capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise Refusal(f"jiekou-api {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")

    def _settings(self, url: str) -> dict[str, str]:
        """Only what has no default, and room for one machine that plays a whole district."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("JIEKOU_")}
        return {
            **outside,
            "JIEKOU_DATABASE__URL": url,
            "JIEKOU_REDIS__URL": self.redis["url"],
            "JIEKOU_LIMITS__FACTOR": "1000",
            "JIEKOU_HTTP__CONNECTIONS_EACH": "20000",
            "JIEKOU_PHOTOS__ROOM_EACH": "48",
            "JIEKOU_PHOTOS__URL": self.folder.photos.absolute().as_uri(),
            **secrets.ensure(self.folder.secrets),
        }


def _ready(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


def _packages() -> list[str]:
    return [word for name in ("api", "worker", "load") for word in ("-p", f"jiekou-{name}")]
