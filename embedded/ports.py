"""Ports that stay the same from run to run, as long as nobody else took them."""

import json
import os
import socket
from pathlib import Path

from embedded.refusal import Refusal

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen there now (lingering closed connections do not count)."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError:
            return False
        return True


class Ports:
    """The remembered ports of one folder, in `ports.json`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def any(self, name: str) -> int:
        """The remembered port, else a free one of the system's choice."""
        port = self._remembered().get(name)
        if port is None or not is_free(port):
            with socket.socket() as probe:
                probe.bind((LOOPBACK, 0))
                port = probe.getsockname()[1]
        return self._remember(name, port)

    def near(self, name: str, wanted: int) -> int:
        """The remembered port, else `wanted` or the next free one after it."""
        first = self._remembered().get(name, wanted)
        for port in (first, *range(wanted, wanted + 200)):
            if is_free(port):
                return self._remember(name, port)
        raise Refusal(f"no free port between {wanted} and {wanted + 199} for {name}")

    def exactly(self, name: str, wanted: int) -> int:
        """The port the user asked for, or words: another one would be a surprise."""
        if not is_free(wanted):
            raise Refusal(f"port {wanted} is in use by another program; choose another --port")
        return self._remember(name, wanted)

    def _remembered(self) -> dict[str, int]:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}  # a half-written memory is no reason not to start
        if not isinstance(kept, dict):
            return {}
        return {k: v for k, v in kept.items() if isinstance(v, int) and 0 < v < 65536}

    def _remember(self, name: str, port: int) -> int:
        kept = self._remembered()
        if kept.get(name) != port:
            kept[name] = port
            fresh = self._path.with_suffix(f".{os.getpid()}")
            fresh.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
            fresh.replace(self._path)
        return port
