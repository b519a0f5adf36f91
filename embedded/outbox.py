"""A text message service for the demonstration: every message becomes a file to read.

It speaks `SendSms` of Tencent Cloud (2021-01-11), verifies the signature of each
request (TC3-HMAC-SHA256) and delivers nothing further.
"""

import hashlib
import hmac
import itertools
import json
import os
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from embedded.ports import LOOPBACK

# The only account that there is. It opens nothing but this outbox.
SECRET_ID = "demonstration"
SECRET_KEY = "demonstration"
APP_ID = "demonstration"
SIGN_NAME = "街口"
TEMPLATE = "code"

_WORDS = "【{sign}】您的验证码是 {code}，{minutes} 分钟内有效。请勿告诉他人。\n"
_MOST_BYTES = 100_000


@dataclass(frozen=True)
class Refused(Exception):
    """A request that the service would refuse, by its code."""

    code: str


class Outbox:
    """Writes messages as `<time>-<n>-<phone>.txt`, complete under their name or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def keep(self, phone: str, parameters: list[str]) -> Path:
        code, minutes = parameters
        number = next(self._numbers)
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{number:04d}-{phone.removeprefix('+')}.txt"
        unfinished = self._folder / f".{name}"
        unfinished.write_text(_WORDS.format(sign=SIGN_NAME, code=code, minutes=minutes), encoding="utf-8")
        return unfinished.replace(self._folder / name)


def message(headers: Mapping[str, str], body: bytes, now: float) -> tuple[str, list[str]]:
    """Phone and parameters of a request that the service would take."""
    if headers.get("X-TC-Action") != "SendSms" or headers.get("X-TC-Version") != "2021-01-11":
        raise Refused("InvalidAction")
    moment = headers.get("X-TC-Timestamp", "")
    if not moment.isdigit() or abs(now - int(moment)) > 300:
        raise Refused("AuthFailure.SignatureExpire")
    due = authorization(headers.get("Content-Type", ""), headers.get("Host", ""), int(moment), body)
    if not hmac.compare_digest(headers.get("Authorization", "").encode(), due.encode()):
        raise Refused("AuthFailure.SignatureFailure")
    try:
        sent = json.loads(body)
        account = sent["SmsSdkAppId"], sent["SignName"], sent["TemplateId"]
        (phone,), parameters = sent["PhoneNumberSet"], sent["TemplateParamSet"]
    except (ValueError, KeyError, TypeError) as broken:
        raise Refused("InvalidParameter") from broken
    if account != (APP_ID, SIGN_NAME, TEMPLATE):
        raise Refused("FailedOperation.TemplateIncorrectOrUnapproved")
    if not (isinstance(phone, str) and phone[:1] == "+" and phone[1:].isascii() and phone[1:].isdigit()):
        raise Refused("InvalidParameterValue.IncorrectPhoneNumber")
    if not (isinstance(parameters, list) and len(parameters) == 2 and all(isinstance(it, str) for it in parameters)):
        raise Refused("FailedOperation.TemplateParamSetNotMatchApprovedTemplate")
    return phone, parameters


def authorization(content_type: str, host: str, moment: int, body: bytes) -> str:
    """What the header of a request with these contents is due to say."""
    date = time.strftime("%Y-%m-%d", time.gmtime(moment))
    scope, signed = f"{date}/sms/tc3_request", "content-type;host"
    request = f"POST\n/\n\ncontent-type:{content_type}\nhost:{host}\n\n{signed}\n{hashlib.sha256(body).hexdigest()}"
    words = f"TC3-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"TC3{SECRET_KEY}".encode()
    for part in (date, "sms", "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, words.encode(), "sha256").hex()
    return f"TC3-HMAC-SHA256 Credential={SECRET_ID}/{scope}, SignedHeaders={signed}, Signature={signature}"


def listen(folder: Path, port: int) -> ThreadingHTTPServer:
    """A listening server; port 0 takes a free one."""
    outbox = Outbox(folder)

    class Conversation(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > _MOST_BYTES:
                self.send_error(413)
                return
            body = self.rfile.read(int(length))
            try:
                phone, parameters = message(self.headers, body, time.time())
                outbox.keep(phone, parameters)
                status = {"Code": "Ok", "Message": "send success", "PhoneNumber": phone, "Fee": 1, "SerialNo": "1"}
                said = {"SendStatusSet": [status]}
            except Refused as refused:
                said = {"Error": {"Code": refused.code, "Message": "refused by the demonstration's outbox"}}
            answer = json.dumps({"Response": {**said, "RequestId": "demonstration"}}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """The log of a service holds no phone numbers."""

    server = ThreadingHTTPServer((LOOPBACK, port), Conversation)
    server.daemon_threads = True
    return server


def serve(folder: Path, port: int) -> None:
    """Runs until SIGTERM or SIGINT."""
    server = listen(folder, port)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"outbox: listening on {LOOPBACK}:{server.server_address[1]}", flush=True)
    server.serve_forever()
    server.server_close()
