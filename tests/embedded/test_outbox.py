"""The demonstration's text message service: what it takes, what it refuses, what it keeps."""

import http.client
import json
import tempfile
import threading
import time
import unittest
from pathlib import Path

from embedded import outbox

_TYPE = "application/json; charset=utf-8"


class OutboxTest(unittest.TestCase):
    def setUp(self) -> None:
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.folder = Path(home.name)
        self.server = outbox.listen(self.folder, 0)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def send(self, changes: dict | None = None, headers: dict | None = None) -> dict:
        sent = {
            "PhoneNumberSet": ["+8613912345678"],
            "SmsSdkAppId": outbox.APP_ID,
            "SignName": outbox.SIGN_NAME,
            "TemplateId": outbox.TEMPLATE,
            "TemplateParamSet": ["123456", "5"],
            **(changes or {}),
        }
        body, host, moment = json.dumps(sent).encode(), f"127.0.0.1:{self.port}", int(time.time())
        given = {
            "Host": host,
            "Content-Type": _TYPE,
            "Authorization": outbox.authorization(_TYPE, host, moment, body),
            "X-TC-Action": "SendSms",
            "X-TC-Version": "2021-01-11",
            "X-TC-Timestamp": str(moment),
            **(headers or {}),
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.addCleanup(connection.close)
        connection.request("POST", "/", body, given)
        return json.loads(connection.getresponse().read())["Response"]

    def kept(self) -> list[Path]:
        return sorted(self.folder.glob("*.txt"))

    def test_a_message_is_kept_as_its_reader_sees_it(self) -> None:
        self.assertEqual(self.send()["SendStatusSet"][0]["Code"], "Ok")
        self.assertEqual(self.send()["SendStatusSet"][0]["Code"], "Ok")
        kept = self.kept()
        self.assertEqual(len(kept), 2)
        self.assertIn("8613912345678", kept[0].name)
        self.assertIn("123456", kept[0].read_text(encoding="utf-8"))

    def test_what_is_signed_otherwise_late_or_wrong_is_refused_and_not_kept(self) -> None:
        for changes, headers, code in [
            ({}, {"Authorization": "TC3-HMAC-SHA256 Credential=x"}, "AuthFailure.SignatureFailure"),
            ({}, {"Content-Type": "application/json"}, "AuthFailure.SignatureFailure"),
            ({}, {"X-TC-Timestamp": "1"}, "AuthFailure.SignatureExpire"),
            ({}, {"X-TC-Action": "PullSmsSendStatus"}, "InvalidAction"),
            ({"TemplateId": "other"}, {}, "FailedOperation.TemplateIncorrectOrUnapproved"),
            ({"PhoneNumberSet": ["../x"]}, {}, "InvalidParameterValue.IncorrectPhoneNumber"),
            ({"PhoneNumberSet": []}, {}, "InvalidParameter"),
            ({"TemplateParamSet": ["1"]}, {}, "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"),
        ]:
            with self.subTest(code=code, changes=changes):
                self.assertEqual(self.send(changes, headers)["Error"]["Code"], code)
        self.assertEqual(self.kept(), [])

    def test_a_signature_names_its_day_and_service_and_covers_the_body(self) -> None:
        signed = outbox.authorization(_TYPE, "sms.tencentcloudapi.com", 1551113065, b"{}")
        self.assertTrue(signed.startswith("TC3-HMAC-SHA256 Credential=demonstration/2019-02-25/sms/tc3_request, "))
        self.assertNotEqual(signed, outbox.authorization(_TYPE, "sms.tencentcloudapi.com", 1551113065, b"{ }"))
