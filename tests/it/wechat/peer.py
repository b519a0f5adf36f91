"""wechatpy answers one question a line, JSON in and JSON out."""

import json
import sys

from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import deserialize_reply
from wechatpy.utils import check_signature


def answer(asked: dict) -> dict:
    crypto = WeChatCrypto(asked["token"], asked["key"], asked["appid"])
    match asked["do"]:
        case "encrypt":
            return {"xml": crypto.encrypt_message(asked["xml"], asked["nonce"], asked["timestamp"])}
        case "decrypt":
            plain = crypto.decrypt_message(asked["xml"], asked["signature"], asked["timestamp"], asked["nonce"])
            reply = deserialize_reply(plain)
            return {"type": reply.type, "content": reply.content, "source": reply.source, "target": reply.target}
        case "check":
            check_signature(asked["token"], asked["signature"], asked["timestamp"], asked["nonce"])
            return {}
        case "parse":
            message = parse_message(asked["xml"])
            shown = {name: getattr(message, name, None) for name in asked["fields"]}
            return {"class": type(message).__name__, **{name: str(value) for name, value in shown.items()}}
    raise ValueError(asked["do"])


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
