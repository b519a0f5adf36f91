"""What `./run` prints when everything runs: where, who, and what to try."""

import json
import shlex
import unicodedata
from collections.abc import Mapping, Sequence

from embedded import environment
from embedded.folder import Folder

_COLUMNS = ("username", "password", "role", "area", "says")
# A manhole cover beside the Erqi memorial tower, as a phone in China would send it.
_REPORT = {
    "category": "manhole",
    "description": "二七塔东侧人行道井盖破损,有行人绊倒",
    "location": {"longitude": 113.6669, "latitude": 34.7539, "coordinateSystem": "GCJ-02", "accuracyMeters": 15},
    "contact": {"email": "resident@example.com"},
}


def words(folder: Folder, given: Mapping[str, str], *, brought: Mapping[str, str]) -> str:
    """The whole closing text."""
    address = environment.address(given)
    accounts = _accounts(folder)
    lines = ["", f"Jiekou (街口) is running: {address}", ""]
    if accounts:
        lines += ["Demonstration accounts:", *table(accounts), ""]
    lines += [_mail(folder, brought), _sms(folder, brought), f"Logs: {folder.log}", "", "To try:"]
    lines += [f"  {says}\n    {command}" for says, command in _commands(folder, address, accounts)]
    lines += ["", "Ctrl-C stops everything; the data is kept."]
    return "\n".join(lines)


def _commands(folder: Folder, address: str, accounts: Sequence[Mapping]) -> list[tuple[str, str]]:
    answer = shlex.quote(str(folder.root / "first-report.json"))
    code = f'$(sed -E \'s/.*"trackingCode": *"([^"]+)".*/\\1/\' {answer})'
    commands = [
        ("report a problem", f"{_post(f'{address}/v1/reports', _REPORT)} | tee {answer}; echo"),
        ("follow it", f'curl -s "{address}/v1/reports/{code}"; echo'),
    ]
    phone = {"phone": "13912345678"}
    commands.append(("have a code sent to a phone", f"{_post(f'{address}/v1/residents/sign-in-codes', phone)}; echo"))
    if accounts:
        login = {"username": accounts[0].get("username"), "password": accounts[0].get("password")}
        commands.append(("sign in as staff", f"{_post(f'{address}/v1/sessions', login)}; echo"))
    return commands


def _post(url: str, body: Mapping) -> str:
    json_body = shlex.quote(json.dumps(body, ensure_ascii=False))
    return f"curl -s -H 'content-type: application/json' -d {json_body} {url}"


def _mail(folder: Folder, brought: Mapping[str, str]) -> str:
    if brought.get(environment.SMTP):
        return f"E-mail goes to the server of {environment.SMTP}"
    return f"E-mail lands in {folder.mail}, one file a message"


def _sms(folder: Folder, brought: Mapping[str, str]) -> str:
    if brought.get(environment.SMS):
        return f"Text messages go to the provider of {environment.SMS}"
    return f"Text messages (codes of residents) land in {folder.sms}, one file a message"


def _accounts(folder: Folder) -> list[dict]:
    try:
        kept = json.loads(folder.accounts.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return []
    return [account for account in kept if isinstance(account, dict)] if isinstance(kept, list) else []


def table(accounts: Sequence[Mapping]) -> list[str]:
    """Columns that line up in a terminal, where a Chinese character takes two places."""
    rows = [_COLUMNS] + [tuple(str(account.get(name, "")) for name in _COLUMNS) for account in accounts]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return [
        "  " + "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
