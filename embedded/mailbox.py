"""A mail server for the demonstration: every message becomes a file to read.

It takes what lettre (and any other client) sends without TLS or a login, for
whatever address, and delivers nothing further.
"""

import asyncio
import itertools
import os
import re
import signal
import time
from pathlib import Path

from embedded.ports import LOOPBACK

_MOST_BYTES = 10_000_000
_LONGEST_LINE = 64_000
_IDLE_SECONDS = 300


class Mailbox:
    """Writes messages as `<time>-<n>.eml`, complete under their name or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def keep(self, sender: str, recipients: list[str], message: bytes) -> Path:
        """Stores one message, with the envelope on top: it may differ from the headers."""
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{next(self._numbers):04d}.eml"
        envelope = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n"
        unfinished = self._folder / f".{name}"
        unfinished.write_bytes(envelope.encode("utf-8") + message)
        return unfinished.replace(self._folder / name)


class Conversation:
    """One client's session: RFC 5321's commands in their order."""

    def __init__(self, mailbox: Mailbox, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._mailbox, self._reader, self._writer = mailbox, reader, writer
        self._sender: str | None = None
        self._recipients: list[str] = []

    async def hold(self) -> None:
        """Talks until QUIT, a closed connection, a line without end or silence."""
        try:
            self._say("220 jiekou.example ESMTP mailbox of the demonstration")
            while await self._command():
                await self._writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            pass  # the client went away or does not speak SMTP: nothing was promised to it
        finally:
            self._writer.close()

    async def _command(self) -> bool:
        line = (await self._line()).decode("utf-8", "replace").strip()
        verb, _, rest = line.partition(" ")
        match verb.upper():
            case "EHLO":
                self._forget()
                self._say(
                    "250-jiekou.example", "250-PIPELINING", "250-8BITMIME", "250-SMTPUTF8", f"250 SIZE {_MOST_BYTES}"
                )
            case "HELO":
                self._forget()
                self._say("250 jiekou.example")
            case "MAIL":
                self._mail(rest)
            case "RCPT":
                self._rcpt(rest)
            case "DATA":
                await self._data()
            case "RSET":
                self._forget()
                self._say("250 OK")
            case "NOOP":
                self._say("250 OK")
            case "QUIT":
                self._say("221 Bye")
                await self._writer.drain()
                return False
            case _:
                self._say("500 Unknown command")
        return True

    def _mail(self, rest: str) -> None:
        address = _address(rest, "FROM")
        size = re.search(r"\bSIZE=(\d+)", rest, re.IGNORECASE)
        if address is None:
            self._say("501 Say MAIL FROM:<address>")
        elif self._sender is not None:
            self._say("503 A message is under way already")
        elif size is not None and int(size[1]) > _MOST_BYTES:
            self._say("552 The message is too large")
        else:
            self._sender = address
            self._say("250 OK")

    def _rcpt(self, rest: str) -> None:
        address = _address(rest, "TO")
        if self._sender is None:
            self._say("503 Say MAIL first")
        elif not address:
            self._say("501 Say RCPT TO:<address>")
        elif len(self._recipients) >= 100:
            self._say("452 Too many recipients")
        else:
            self._recipients.append(address)
            self._say("250 OK")

    async def _data(self) -> None:
        if self._sender is None or not self._recipients:
            self._say("503 Say MAIL and RCPT first")
            return
        self._say("354 End with a dot on a line of its own")
        await self._writer.drain()
        message = await self._message()
        if message is None:
            self._say("552 The message is too large")
        else:
            kept = self._mailbox.keep(self._sender, self._recipients, message)
            self._say(f"250 Kept as {kept.name}")
        self._forget()

    async def _message(self) -> bytes | None:
        """The lines up to the lone dot, without the dots that the client stuffed in front."""
        parts, size = [], 0
        while (line := await self._line()) not in (b".\r\n", b".\n"):
            if line.startswith(b"."):
                line = line[1:]
            size += len(line)
            if size <= _MOST_BYTES:  # the rest is read all the same, to stay in step
                parts.append(line)
        return b"".join(parts) if size <= _MOST_BYTES else None

    async def _line(self) -> bytes:
        return await asyncio.wait_for(self._reader.readuntil(b"\n"), _IDLE_SECONDS)

    def _say(self, *lines: str) -> None:
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode("utf-8"))

    def _forget(self) -> None:
        self._sender, self._recipients = None, []


def _address(rest: str, word: str) -> str | None:
    found = re.match(rf"{word}:\s*<([^<>\r\n]*)>", rest, re.IGNORECASE)
    return found[1] if found else None


async def listen(folder: Path, port: int) -> asyncio.Server:
    """A listening server; port 0 takes a free one."""
    mailbox = Mailbox(folder)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Conversation(mailbox, reader, writer).hold()

    return await asyncio.start_server(answer, LOOPBACK, port, limit=_LONGEST_LINE)


async def serve(folder: Path, port: int) -> None:
    """Runs until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    server = await listen(folder, port)
    print(f"mailbox: listening on {LOOPBACK}:{server.sockets[0].getsockname()[1]}", flush=True)
    await stopped.wait()
    server.close()
