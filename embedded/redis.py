"""A private Redis for one folder.

It holds an index that is rebuilt from the database, so nothing is kept on
disk; when memory runs out a write fails openly instead of dropping keys.
"""

import json
import os
import signal
import socket
import time

from embedded import account as accounts
from embedded import password, process, redis_program, sockets
from embedded.folder import Folder
from embedded.ports import LOOPBACK, Ports
from embedded.progress import say
from embedded.refusal import Refusal

_READY_WITHIN = 30


class Redis:
    """The server of one private folder."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.account = accounts.for_servers(folder.servers / "redis", folder.root)
        self._home = folder.server("redis", self.account)
        self._record = folder.root / "redis.json"
        self.log = folder.log / "redis.log"

    def start(self, *, bound: bool) -> dict:
        """Starts the server unless it runs; its address once it answers."""
        pid = self.pid()
        if pid is not None and bound:
            say(f"Redis: stopping process {pid}, left by an earlier run")
            self.stop()
            pid = None
        if pid is None:
            self._launch(bound)
        kept = self._recorded()
        return {name: kept[name] for name in ("url", "pid", "port", "socket")}

    def pid(self) -> int | None:
        """The running server, or None; a pid given to another program meanwhile does not count."""
        kept = self._recorded()
        pid = kept.get("pid")
        if not isinstance(pid, int) or not process.alive(pid):
            return None
        return pid if process.birth(pid) == kept.get("birth") else None

    def stop(self) -> bool:
        return self._end(signal.SIGTERM)

    def kill(self) -> bool:
        """SIGKILL: what a crash of the machine's memory limit looks like."""
        return self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> bool:
        pid = self.pid()
        if pid is None:
            return False
        process.stop(pid, number, 10)
        self._record.unlink(missing_ok=True)
        sockets.remove(self._home / "socket")
        return True

    def _launch(self, bound: bool) -> None:
        program = redis_program.find(self.account)
        port = Ports(self._folder.ports).any("redis")
        secret = password.kept(self._home / "password", self.account)
        socket_path = sockets.make(self._home / "socket", self.account) / "redis.sock"
        config = self._home / "redis.conf"
        config.unlink(missing_ok=True)
        with open(os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(configuration(str(self._home), str(socket_path), port, secret))
        accounts.give(config, self.account)
        server = process.spawn(
            [program, config],
            self.log,
            account=self.account,
            orphan_signal=signal.SIGTERM if bound else None,
        )
        self._write(
            {
                "url": f"redis://:{secret}@{LOOPBACK}:{port}/0",
                "pid": server.pid,
                "port": port,
                "socket": str(socket_path),
                "birth": process.birth(server.pid),
            }
        )
        until = time.monotonic() + _READY_WITHIN
        while not answers(port, secret):
            if server.poll() is not None or time.monotonic() > until:
                process.stop(server.pid, signal.SIGKILL, 1)
                raise Refusal(f"Redis did not start ({self.log}):\n{process.tail(self.log)}")
            time.sleep(0.02)

    def _recorded(self) -> dict:
        try:
            return json.loads(self._record.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}

    def _write(self, record: dict) -> None:
        self._record.unlink(missing_ok=True)
        handle = os.open(self._record, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8") as file:
            json.dump(record, file)


def configuration(home: str, socket_path: str, port: int, secret: str) -> str:
    """A file instead of arguments: everybody on the machine can read arguments."""
    return "\n".join([
        f"bind {LOOPBACK}",
        f"port {port}",
        f'unixsocket "{socket_path}"',
        "unixsocketperm 700",
        f'dir "{home}"',
        f"requirepass {secret}",
        'save ""',
        "appendonly no",
        "maxmemory-policy noeviction",
        "loglevel warning",
        "daemonize no",
        "",
    ])  # fmt: skip


def answers(port: int, secret: str) -> bool:
    """Whether the server takes the password and a PING."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2) as connection:
            connection.sendall(f"AUTH {secret}\r\nPING\r\n".encode("ascii"))
            with connection.makefile("rb") as replies:
                return replies.readline() == b"+OK\r\n" and replies.readline() == b"+PONG\r\n"
    except OSError:
        return False
