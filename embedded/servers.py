"""The private servers of one run, unless the caller brings their own."""

import os
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from embedded import environment
from embedded.folder import PROJECT, Folder
from embedded.ports import LOOPBACK, Ports
from embedded.postgres import Postgres
from embedded.progress import say
from embedded.redis import Redis
from embedded.refusal import Refusal
from embedded.supervisor import Supervisor


def postgres(folder: Folder, over: Supervisor, settings: Mapping[str, str] | None = None) -> dict:
    """Starts PostgreSQL under the supervisor; its address."""
    server = Postgres(folder, settings)
    started = server.start(bound=True)
    over.add("PostgreSQL", started["pid"], server.log, server.stop)
    say(f"PostgreSQL: ready on port {started['port']}")
    return started


def redis(folder: Folder, over: Supervisor) -> dict:
    """Starts Redis under the supervisor; its address."""
    server = Redis(folder)
    started = server.start(bound=True)
    over.add("Redis", started["pid"], server.log, server.stop)
    say(f"Redis: ready on port {started['port']}")
    return started


def mailbox(folder: Folder, over: Supervisor) -> int:
    """Starts the demonstration's mail server; its port."""
    return _own("mailbox", Ports(folder.ports).any("mail"), folder.mail, folder, over)


def outbox(folder: Folder, over: Supervisor) -> int:
    """Starts the demonstration's text message service; its port."""
    return _own("outbox", Ports(folder.ports).any("sms"), folder.sms, folder, over)


def _own(name: str, port: int, kept: Path, folder: Folder, over: Supervisor) -> int:
    command = [sys.executable, "-m", "embedded", name, "--dir", kept, "--port", str(port)]
    given = {**os.environ, "PYTHONPATH": str(PROJECT)}
    over.run(name, command, folder.log / f"{name}.log", given, drains=False)
    until = time.monotonic() + 15
    while not _listens(port):
        over.check()
        if time.monotonic() > until:
            raise Refusal(f"the {name} did not start")
        time.sleep(0.03)
    return port


def addresses(folder: Folder, over: Supervisor, caller: Mapping[str, str], http: int | None) -> environment.Addresses:
    """Starts what the caller does not bring, and chooses the ports of what comes later."""
    ports = Ports(folder.ports)
    if http is not None and caller.get(environment.BIND):
        raise Refusal(f"--port and {environment.BIND} are both given; give one of them")
    return environment.Addresses(
        database=_brought(environment.DATABASE, caller) or postgres(folder, over)["url"],
        redis=_brought(environment.REDIS, caller) or redis(folder, over)["url"],
        mail=0 if caller.get(environment.SMTP) else mailbox(folder, over),
        sms=0 if caller.get(environment.SMS) else outbox(folder, over),
        http=0 if caller.get(environment.BIND) else _http_port(ports, http),
        worker=ports.any("worker"),
    )


def _brought(variable: str, caller: Mapping[str, str]) -> str | None:
    """The caller's own server, if there is one."""
    if caller.get(variable):
        say(f"using the server of {variable}")
    return caller.get(variable)


def _http_port(ports: Ports, wanted: int | None) -> int:
    return ports.near("http", 8480) if wanted is None else ports.exactly("http", wanted)


def log_of(folder: Folder, name: str) -> Path:
    return folder.log / f"{name}.log"


def _listens(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
