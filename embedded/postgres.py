"""A private PostgreSQL for one folder: made, started, stopped and killed.

It keeps what it is told (fsync and synchronous_commit stay on), listens on the
loopback interface and a unix socket only, and asks for a random password.
"""

import os
import signal
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from embedded import account as accounts
from embedded import password, postgres_creation, postgres_programs, process, sockets
from embedded.folder import Folder
from embedded.ports import LOOPBACK, Ports
from embedded.progress import say
from embedded.refusal import Refusal

DATABASE = ROLE = "jiekou"
_SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "jit": "off",  # short queries only: compiling them costs more than it saves
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    # A failed statement, its values and the row it met may name a person: they stay out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_READY_WITHIN = 120


class Postgres:
    """The server of one private folder."""

    def __init__(self, folder: Folder, settings: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._settings = {**_SETTINGS, **(settings or {})}
        self.account = accounts.for_servers(folder.servers / "postgres", folder.root)
        self._home = folder.server("postgres", self.account)
        self._data = self._home / "data"
        self.log = folder.log / "postgres.log"

    def start(self, *, bound: bool) -> dict:
        """Starts the server unless it runs; its address once it accepts connections.

        `bound` ties it to the life of this process (`./run`); otherwise it
        stays until it is stopped.
        """
        programs = postgres_programs.find(self.account, self._major())
        if not self._data.exists():
            say(f"PostgreSQL {programs.major}: making the database")
            postgres_creation.create(programs, self._home, self._password(), self.account)
        pid = self.pid()
        if pid is not None and bound:
            say(f"PostgreSQL: stopping process {pid}, left by an earlier run")
            self.stop()
            pid = None
        if pid is None:
            self._launch(programs, bound)
        return self._address(programs)

    def pid(self) -> int | None:
        """The running server of this data, or None; a stale pid file is removed.

        PostgreSQL itself would take any process of the same account that was
        given the old pid for a running server, and refuse to start.
        """
        file = self._data / "postmaster.pid"
        try:
            pid = int(file.read_text(encoding="utf-8").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        if process.alive(pid) and self._serves_here(pid):
            return pid
        file.unlink(missing_ok=True)
        return None

    def stop(self) -> bool:
        """A fast shutdown: open transactions are undone, everything else is on disk."""
        return self._end(signal.SIGINT, 60)

    def kill(self) -> bool:
        """An immediate stop, as in a power failure: the next start recovers from the log."""
        return self._end(signal.SIGQUIT, 10)

    def url(self, database: str = DATABASE) -> str:
        """The address with the password in it, for sqlx and psql."""
        port = self._listening()[0]
        return url(ROLE, self._password(), port, database)

    def _end(self, number: signal.Signals, patience: float) -> bool:
        pid = self.pid()
        if pid is None:
            return False
        process.stop(pid, number, patience)
        self.pid()
        sockets.remove(self._home / "socket")
        return True

    def _launch(self, programs: postgres_programs.Programs, bound: bool) -> None:
        port = Ports(self._folder.ports).any("postgres")
        settings = {
            **self._settings,
            "port": str(port),
            "listen_addresses": LOOPBACK,
            "unix_socket_directories": str(sockets.make(self._home / "socket", self.account)),
        }
        command: list[str | Path] = [programs.folder / "postgres", "-D", self._data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        until = time.monotonic() + _READY_WITHIN
        while True:
            server = process.spawn(
                command,
                self.log,
                account=self.account,
                orphan_signal=signal.SIGINT if bound else None,
            )
            while server.poll() is None and time.monotonic() < until:
                if self._accepts(port):
                    return
                time.sleep(0.03)
            # Backends of a killed server hold its shared memory for a moment longer.
            held = "still in use" in process.tail(self.log, 3)
            if server.poll() is None:
                process.stop(server.pid, signal.SIGQUIT, 5)
            if not held or time.monotonic() > until:
                raise Refusal(f"PostgreSQL did not start ({self.log}):\n{process.tail(self.log)}")
            time.sleep(0.3)

    def _accepts(self, port: int) -> bool:
        """What pg_ctl waits for: the status line of the pid file, then a connection."""
        try:
            lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        if len(lines) < 8 or lines[7].strip() != "ready":
            return False
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
        except OSError:
            return False
        return True

    def _listening(self) -> tuple[int, str]:
        lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return int(lines[3]), lines[4]

    def _serves_here(self, pid: int) -> bool:
        """Whether the process is a server of this very data folder, by its arguments.

        Its working folder would tell too, but root in a container may not look at that.
        """
        try:
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except FileNotFoundError:
            return process.alive(pid)  # no /proc on this system
        return os.fsencode(self._data) in arguments

    def _address(self, programs: postgres_programs.Programs) -> dict:
        port, sockets_in = self._listening()
        return {
            "url": self.url(),
            "adminUrl": self.url("postgres"),
            "bin": str(programs.folder),
            "pid": self.pid(),
            "port": port,
            "socket": sockets_in,
        }

    def _password(self) -> str:
        return password.kept(self._home / "password", self.account)  # data and password live and die together

    def _major(self) -> int | None:
        try:
            return int((self._data / "PG_VERSION").read_text(encoding="ascii"))
        except FileNotFoundError:
            return None


def url(role: str, secret: str, port: int, database: str) -> str:
    """A URL for TCP on the loopback interface; the password is URL-safe by construction."""
    return f"postgres://{role}:{secret}@{LOOPBACK}:{port}/{database}"
