"""Secrets, ports, addresses and the environment made of them."""

import base64
import json
import os
import socket
import stat
import tempfile
import unittest
from pathlib import Path

from embedded import demonstration, environment, postgres, secrets, testing
from embedded.folder import Folder
from embedded.ports import Ports
from embedded.refusal import Refusal


class InFolder(unittest.TestCase):
    def setUp(self) -> None:
        home = tempfile.TemporaryDirectory(prefix="街 口")
        self.addCleanup(home.cleanup)
        self.home = Path(home.name)


class SecretsTest(InFolder):
    def test_keys_are_made_once_for_their_owner_only(self) -> None:
        path = self.home / "secrets.env"
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        made = secrets.ensure(path)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(secrets.ensure(path), made)
        self.assertEqual(os.listdir(self.home), ["secrets.env"])

    def test_every_key_is_32_bytes_under_its_name(self) -> None:
        made = secrets.ensure(self.home / "secrets.env")
        self.assertTrue(made["JIEKOU_SECRETS__MASTER_KEYS"].startswith("k1:"))
        self.assertTrue(made["JIEKOU_SECRETS__SIGNING_KEYS"].startswith("s1:"))
        keys = [value.rpartition(":")[2] for value in made.values()]
        self.assertEqual([len(base64.b64decode(key)) for key in keys], [32, 32, 32])
        self.assertEqual(len(set(keys)), 3)

    def test_permissions_that_were_opened_are_closed_again(self) -> None:
        path = self.home / "secrets.env"
        secrets.ensure(path)
        path.chmod(0o644)
        secrets.ensure(path)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)


class PortsTest(InFolder):
    def setUp(self) -> None:
        super().setUp()
        self.ports = Ports(self.home / "ports.json")

    def taken(self) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        return listener

    def test_a_port_is_remembered(self) -> None:
        self.assertEqual(self.ports.any("redis"), Ports(self.home / "ports.json").any("redis"))

    def test_a_remembered_port_that_is_taken_is_replaced(self) -> None:
        listener = self.taken()
        port = listener.getsockname()[1]
        (self.home / "ports.json").write_text(json.dumps({"redis": port}))
        self.assertNotEqual(self.ports.any("redis"), port)

    def test_the_next_port_is_taken_when_the_wanted_one_is_in_use(self) -> None:
        wanted = self.taken().getsockname()[1]
        self.assertGreater(self.ports.near("http", wanted), wanted)

    def test_a_port_asked_for_by_number_is_refused_when_in_use(self) -> None:
        with self.assertRaisesRegex(Refusal, "in use"):
            self.ports.exactly("http", self.taken().getsockname()[1])

    def test_a_broken_memory_is_no_obstacle(self) -> None:
        for broken in ("{", "[]", '{"redis": "6379"}', '{"redis": 99999}'):
            (self.home / "ports.json").write_text(broken)
            self.assertIn(self.ports.any("redis"), range(1, 65536))


class EnvironmentTest(InFolder):
    def settings(self, caller: dict[str, str]) -> dict[str, str]:
        where = environment.Addresses(database="postgres://own", redis="redis://own", http=8480, worker=1, mail=2525, sms=2526)
        return environment.settings(Folder(self.home), where, caller)

    def test_the_caller_wins(self) -> None:
        given = self.settings({environment.DATABASE: "postgres://theirs", "JIEKOU_LOG__FORMAT": "json"})
        self.assertEqual(given[environment.DATABASE], "postgres://theirs")
        self.assertEqual(given["JIEKOU_LOG__FORMAT"], "json")
        self.assertEqual(given[environment.REDIS], "redis://own")

    def test_an_empty_variable_of_the_caller_counts_as_unset(self) -> None:
        self.assertEqual(self.settings({environment.DATABASE: ""})[environment.DATABASE], "postgres://own")

    def test_the_public_address_follows_the_bind(self) -> None:
        self.assertEqual(self.settings({})[environment.PUBLIC], "http://127.0.0.1:8480")
        given = self.settings({environment.BIND: "0.0.0.0:9000"})
        self.assertEqual(given[environment.PUBLIC], "http://127.0.0.1:9000")
        given = self.settings({environment.PUBLIC: "https://jiekou.example"})
        self.assertEqual(given[environment.PUBLIC], "https://jiekou.example")

    def test_urls_escape_what_paths_may_contain(self) -> None:
        self.assertEqual(environment.folder_url(Path("/a b/街")), "file:///a%20b/%E8%A1%97")

    def test_the_database_url_names_everything(self) -> None:
        self.assertEqual(postgres.url("jiekou", "s-_1", 5433, "x"), "postgres://jiekou:s-_1@127.0.0.1:5433/x")

    def test_tests_see_no_setting_of_a_real_installation(self) -> None:
        caller = {environment.DATABASE: "postgres://real", "JIEKOU_TEST_DATA": "/d", "HOME": "/h"}
        database = {"adminUrl": "postgres://a", "bin": "/b"}
        given = testing.environment(Folder(self.home), database, {"url": "redis://r"}, caller)
        self.assertNotIn(environment.DATABASE, given)
        self.assertEqual((given["JIEKOU_TEST_DATA"], given["HOME"]), ("/d", "/h"))


class WordsTest(unittest.TestCase):
    def test_columns_line_up_with_chinese_words(self) -> None:
        rows = demonstration.table([{"username": "王", "password": "p"}, {"username": "ab", "password": "q"}])
        self.assertTrue(rows[1].startswith("  王        p"), rows)
        self.assertTrue(rows[2].startswith("  ab        q"), rows)

    def test_a_package_picked_by_the_caller_replaces_the_workspace(self) -> None:
        self.assertEqual(testing.selection(["merge"]), ["--workspace", "merge"])
        self.assertEqual(testing.selection(["-p", "jiekou-core"]), ["-p", "jiekou-core"])
        self.assertEqual(testing.selection(["x", "--", "-p"]), ["--workspace", "x", "--", "-p"])
