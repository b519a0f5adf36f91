"""The mailbox against Python's own SMTP client and against raw bytes."""

import asyncio
import smtplib
import tempfile
import unittest
from pathlib import Path

from embedded import mailbox


class MailboxTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.folder = Path(home.name)
        self.server = await mailbox.listen(self.folder, 0)
        self.port = self.server.sockets[0].getsockname()[1]
        self.addCleanup(self.server.close)

    def kept(self) -> list[bytes]:
        return [file.read_bytes() for file in sorted(self.folder.glob("*.eml"))]

    async def raw(self, sent: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(sent)
        answer = await reader.read()
        writer.close()
        return answer

    async def test_a_client_library_delivers_lines_that_begin_with_dots(self) -> None:
        def send() -> None:
            with smtplib.SMTP("127.0.0.1", self.port) as client:
                client.sendmail(
                    "a@x.example", ["b@x.example", "c@x.example"], "Subject: s\r\n\r\n.one\r\n..two\r\n.\r\nend"
                )

        await asyncio.to_thread(send)
        (message,) = self.kept()
        self.assertIn(b"X-Envelope-To: b@x.example, c@x.example\r\n", message)
        self.assertTrue(message.endswith(b"\r\n\r\n.one\r\n..two\r\n.\r\nend\r\n"), message)

    async def test_pipelined_commands_are_answered_in_their_order(self) -> None:
        answer = await self.raw(
            b"EHLO me\r\nMAIL FROM:<a@x> BODY=8BITMIME\r\nRCPT TO:<b@x>\r\nDATA\r\nhi\r\n.\r\nRSET\r\nNOOP\r\nQUIT\r\n"
        )
        codes = [line[:3] for line in answer.splitlines() if line[3:4] == b" "]
        self.assertEqual(codes, [b"220", b"250", b"250", b"250", b"354", b"250", b"250", b"250", b"221"])
        self.assertEqual(len(self.kept()), 1)

    async def test_two_messages_of_one_second_are_both_kept(self) -> None:
        one = b"MAIL FROM:<>\r\nRCPT TO:<b@x>\r\nDATA\r\nhi\r\n.\r\n"
        await self.raw(one + one + b"QUIT\r\n")
        self.assertEqual(len(self.kept()), 2)

    async def test_a_message_that_breaks_off_is_not_kept(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\nhalf")
        writer.write_eof()
        await reader.read()
        writer.close()
        self.assertEqual(self.kept(), [])

    async def test_a_message_above_the_limit_is_refused_and_the_session_goes_on(self) -> None:
        line = b"x" * 998 + b"\r\n"
        answer = await self.raw(
            b"MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n" + line * 10_001 + b".\r\nNOOP\r\nQUIT\r\n"
        )
        self.assertIn(b"552", answer)
        self.assertTrue(answer.endswith(b"250 OK\r\n221 Bye\r\n"), answer)
        self.assertEqual(self.kept(), [])

    async def test_commands_out_of_order_are_refused(self) -> None:
        answer = await self.raw(
            b"DATA\r\nRCPT TO:<b@x>\r\nMAIL FROM:nobody\r\nMAIL FROM:<a> SIZE=99999999\r\nHELP\r\nQUIT\r\n"
        )
        codes = [line[:3] for line in answer.splitlines()]
        self.assertEqual(codes, [b"220", b"503", b"503", b"501", b"552", b"500", b"221"])
