"""The command line: `python3 -m embedded {postgres,redis} {start,stop,…} DIR`."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from embedded import mailbox, outbox, secrets
from embedded.folder import Folder
from embedded.lock import waited_for
from embedded.postgres import Postgres
from embedded.redis import Redis
from embedded.refusal import Refusal, spoken

_DEEDS = {
    "start": "start it unless it runs; prints one JSON line with its url when it answers",
    "stop": "stop it in good order",
    "restart": "stop and start; prints the same line as start",
    "kill": "stop it at once, as a crash would",
}


def main() -> int:
    given = _parser().parse_args()
    return spoken("embedded", lambda: given.act(given))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m embedded", description="Private servers for one folder, without touching the system's."
    )
    kinds = parser.add_subparsers(metavar="WHAT", required=True)
    for name in ("postgres", "redis"):
        kind = kinds.add_parser(name, help=f"a private {name}")
        deeds = kind.add_subparsers(dest="deed", metavar="DEED", required=True)
        for deed, says in _DEEDS.items():
            command = deeds.add_parser(deed, help=says, description=says)
            command.add_argument("dir", type=Path, metavar="DIR", help="the private folder, made if missing")
            if deed in ("start", "restart"):
                command.add_argument(
                    "--hold", action="store_true",
                    help="stay, and stop the server when standard input ends: it then cannot outlive a test",
                )  # fmt: skip
            if name == "postgres":
                command.add_argument(
                    "--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of postgresql.conf"
                )
            command.set_defaults(act=_server, kind=name, hold=False)
    box = kinds.add_parser("mailbox", help="an SMTP server that writes every message as a file")
    box.add_argument("--dir", type=Path, required=True, help="where the .eml files go")
    box.add_argument("--port", type=int, default=0, help="default: a free one, printed")
    box.set_defaults(act=_mailbox)
    texts = kinds.add_parser("outbox", help="a text message service that writes every message as a file")
    texts.add_argument("--dir", type=Path, required=True, help="where the .txt files go")
    texts.add_argument("--port", type=int, default=0, help="default: a free one, printed")
    texts.set_defaults(act=_outbox)
    keys = kinds.add_parser("secrets", help="create the keys of an installation, once")
    keys.add_argument("file", type=Path, help="the NAME=value file")
    keys.set_defaults(act=_secrets)
    return parser


def _server(given: argparse.Namespace) -> int:
    folder = Folder(given.dir).make()
    with waited_for(folder.root / f"{given.kind}.lock"):
        server = Redis(folder) if given.kind == "redis" else Postgres(folder, _settings(given.set))
        if given.deed == "kill":
            server.kill()
        if given.deed in ("stop", "restart"):
            server.stop()
        if given.deed in ("start", "restart"):
            if given.hold:
                signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            print(json.dumps(server.start(bound=given.hold)), flush=True)
    if given.hold:
        try:
            sys.stdin.buffer.read()
        except KeyboardInterrupt:
            pass
        finally:
            server.stop()
    return 0


def _settings(pairs: list[str]) -> dict[str, str]:
    if not all("=" in pair for pair in pairs):
        raise Refusal("--set takes NAME=VALUE")
    return dict(pair.split("=", 1) for pair in pairs)


def _mailbox(given: argparse.Namespace) -> int:
    asyncio.run(mailbox.serve(given.dir, given.port))
    return 0


def _outbox(given: argparse.Namespace) -> int:
    outbox.serve(given.dir, given.port)
    return 0


def _secrets(given: argparse.Namespace) -> int:
    given.file.parent.mkdir(parents=True, exist_ok=True)
    secrets.ensure(given.file)
    print(given.file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
