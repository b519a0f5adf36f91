"""The settings that a private installation gives to the API and the worker.

Whatever the caller has set as JIEKOU_… stays: an own database, another mail
server or any other setting needs no change of these scripts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embedded import outbox, secrets
from embedded.folder import PROJECT, Folder
from embedded.ports import LOOPBACK

DATABASE = "JIEKOU_DATABASE__URL"
REDIS = "JIEKOU_REDIS__URL"
SMTP = "JIEKOU_MAIL__SMTP_URL"
SMS = "JIEKOU_SMS__PROVIDER"
BIND = "JIEKOU_HTTP__BIND"
PUBLIC = "JIEKOU_HTTP__PUBLIC_URL"
WORKER_BIND = "JIEKOU_WORKER__BIND"
RULEBOOK = "JIEKOU_RULEBOOK__DIRECTORY"
FFMPEG = "JIEKOU_VIDEOS__FFMPEG"


@dataclass(frozen=True)
class Addresses:
    """Where the parts of this run listen; a part that the caller brings is not asked for."""

    database: str
    redis: str
    http: int
    worker: int
    mail: int
    sms: int


def settings(folder: Folder, addresses: Addresses, caller: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of the processes."""
    own = {
        DATABASE: addresses.database,
        REDIS: addresses.redis,
        BIND: f"{LOOPBACK}:{addresses.http}",
        WORKER_BIND: f"{LOOPBACK}:{addresses.worker}",
        SMTP: f"smtp://{LOOPBACK}:{addresses.mail}",
        "JIEKOU_MAIL__FROM": "街口 <noreply@jiekou.example>",
        **(_text_messages(addresses.sms) if addresses.sms else {}),
        "JIEKOU_PHOTOS__URL": folder_url(folder.photos),
        RULEBOOK: str(PROJECT / "rulebooks" / "erqi"),
        "JIEKOU_DEMO__ACCOUNTS": str(folder.accounts),
        "JIEKOU_ACCOUNTS__SECOND_FACTOR_ROLES": "",  # the demonstration's administrator signs in as everybody does
        "JIEKOU_ACCOUNTS__SESSIONS_MOST": "1000",  # many people try the same accounts
        "JIEKOU_LOG__FORMAT": "readable",
        "NO_COLOR": "1",  # the logs are files
        **secrets.ensure(folder.secrets),
    }
    given = {name: value for name, value in caller.items() if value or not name.startswith("JIEKOU_")}
    whole = {**own, **given}
    whole.setdefault(PUBLIC, address(whole))
    return whole


def _text_messages(port: int) -> dict[str, str]:
    """The demonstration's own service takes them."""
    return {
        SMS: "tencent",
        "JIEKOU_SMS__BASE_URL": f"http://{LOOPBACK}:{port}",
        "JIEKOU_SMS__SECRET_ID": outbox.SECRET_ID,
        "JIEKOU_SMS__SECRET_KEY": outbox.SECRET_KEY,
        "JIEKOU_SMS__APP_ID": outbox.APP_ID,
        "JIEKOU_SMS__SIGN_NAME": outbox.SIGN_NAME,
        "JIEKOU_SMS__CODE_TEMPLATE": outbox.TEMPLATE,
    }


def folder_url(path: Path) -> str:
    """file:///…, with blanks and Chinese characters in the path escaped."""
    return path.absolute().as_uri()


def address(environment: Mapping[str, str]) -> str:
    """Where this machine reaches the API; a server on all interfaces is also on the loopback one."""
    host, _, port = environment[BIND].rpartition(":")
    return f"http://{LOOPBACK if host in ('0.0.0.0', '[::]', '') else host}:{port}"
