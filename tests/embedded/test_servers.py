"""What goes wrong quietly around server processes: versions, stale pids, orphans, locks."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from embedded import postgres_programs, process, redis, redis_program, sockets
from embedded.folder import Folder
from embedded.lock import held
from embedded.postgres import Postgres
from embedded.postgres_programs import Programs
from embedded.redis import Redis
from embedded.refusal import Refusal
from embedded.supervisor import Supervisor


class InFolder(unittest.TestCase):
    def setUp(self) -> None:
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.home = Path(home.name)
        self.folder = Folder(self.home).make()


class VersionTest(unittest.TestCase):
    FOUND = [Programs(Path("/15"), 15), Programs(Path("/17"), 17)]

    def test_new_data_takes_the_newest(self) -> None:
        self.assertEqual(postgres_programs.choose(self.FOUND, None).major, 17)

    def test_data_keeps_its_version_although_a_newer_one_is_there(self) -> None:
        self.assertEqual(postgres_programs.choose(self.FOUND, 15).major, 15)

    def test_data_of_another_version_is_refused_with_both_ways_out(self) -> None:
        with self.assertRaises(Refusal) as refused:
            postgres_programs.choose(self.FOUND, 16)
        self.assertIn("made by PostgreSQL 16", str(refused.exception))
        self.assertIn("install PostgreSQL 16", str(refused.exception))
        self.assertIn("./run --fresh", str(refused.exception))

    def test_redis_tells_its_version(self) -> None:
        self.assertEqual(redis_program.version_of("Redis server v=7.0.15 sha=0:0 malloc=jemalloc"), (7, 0))
        self.assertLess(redis_program.version_of("Redis server v=5.0.14 sha"), redis_program.OLDEST)
        self.assertIsNone(redis_program.version_of("not found"))


class StalePidTest(InFolder):
    def test_a_pid_that_belongs_to_another_program_now_is_no_server(self) -> None:
        server = Postgres(self.folder)
        data = self.home / "servers/postgres/data"
        data.mkdir()
        pid_file = data / "postmaster.pid"
        pid_file.write_text(f"{os.getpid()}\n{data}\n")
        self.assertIsNone(server.pid())
        self.assertFalse(pid_file.exists(), "PostgreSQL would refuse to start")

    def test_a_pid_of_nobody_is_no_server(self) -> None:
        gone = subprocess.Popen(["true"])
        gone.wait()
        (self.home / "redis.json").write_text(json.dumps({"pid": gone.pid, "birth": "1"}))
        self.assertIsNone(Redis(self.folder).pid())

    def test_a_pid_that_was_given_away_is_never_signalled(self) -> None:
        (self.home / "redis.json").write_text(json.dumps({"pid": os.getpid(), "birth": "1"}))
        server = Redis(self.folder)
        self.assertIsNone(server.pid())
        self.assertFalse(server.kill())


class ProcessTest(InFolder):
    def sleeper(self) -> subprocess.Popen:
        child = subprocess.Popen(["sleep", "60"])
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        return child

    def test_an_ended_child_that_was_not_collected_is_not_alive(self) -> None:
        child = self.sleeper()
        self.assertTrue(process.alive(child.pid))
        child.kill()
        self.assertTrue(process.wait_gone(child.pid, 5))

    def test_force_follows_when_asking_does_not_help(self) -> None:
        child = process.spawn(
            ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done"], self.home / "deaf.log"
        )
        self.addCleanup(child.wait)
        until = time.monotonic() + 5
        while process.tail(self.home / "deaf.log") != "deaf" and time.monotonic() < until:
            time.sleep(0.02)
        self.assertFalse(process.stop(child.pid, signal.SIGTERM, 0.3))
        self.assertFalse(process.alive(child.pid))

    @unittest.skipUnless(sys.platform.startswith("linux"), "the kernel's parent-death signal is Linux's")
    def test_a_server_does_not_outlive_a_killed_owner(self) -> None:
        owner = subprocess.Popen(
            [
                sys.executable, "-c",
                "import signal, sys, time; from pathlib import Path; from embedded import process\n"
                "child = process.spawn(['sleep', '60'], Path(sys.argv[1]), orphan_signal=signal.SIGTERM)\n"
                "print(child.pid, flush=True); time.sleep(60)",
                self.home / "sleep.log",
            ],
            stdout=subprocess.PIPE,
        )  # fmt: skip
        child = int(owner.stdout.readline())
        owner.kill()
        owner.wait()
        owner.stdout.close()
        self.assertTrue(process.wait_gone(child, 5))

    def test_a_member_that_ends_by_itself_is_reported_with_its_last_words(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # stopping takes them over
            self.addCleanup(signal.signal, number, signal.getsignal(number))
        over = Supervisor()
        self.addCleanup(over.stop)
        over.run("api", ["sh", "-c", "echo cannot go on; exit 3"], self.home / "api.log", dict(os.environ), drains=True)
        with self.assertRaisesRegex(Refusal, "(?s)api ended unexpectedly.*cannot go on"):
            over.watch()


class LockTest(InFolder):
    def test_a_second_run_is_refused_and_the_lock_goes_with_its_holder(self) -> None:
        path = self.home / "lock"
        with held(path, "busy"):
            with self.assertRaisesRegex(Refusal, rf"busy \(process {os.getpid()}\)"):
                with held(path, "busy"):
                    self.fail("both hold it")
        with held(path, "busy"):
            pass


class SocketsTest(InFolder):
    def test_the_folder_is_short_and_goes_with_the_link(self) -> None:
        link = self.home / "socket"
        first = sockets.make(link, None)
        self.assertLess(len(str(first / ".s.PGSQL.65535.lock")), 60)
        second = sockets.make(link, None)
        self.assertFalse(first.exists())
        sockets.remove(link)
        self.assertFalse(second.exists() or link.is_symlink())

    def test_a_foreign_folder_of_the_remembered_name_is_left_alone(self) -> None:
        foreign = self.home / "not-ours"
        foreign.mkdir()
        (self.home / "socket").symlink_to(foreign)
        sockets.remove(self.home / "socket")
        self.assertTrue(foreign.exists())


class RedisConfigurationTest(unittest.TestCase):
    def test_it_listens_to_this_machine_only_and_drops_no_key(self) -> None:
        lines = redis.configuration("/a b", "/tmp/s/redis.sock", 7000, "secret").splitlines()
        for wanted in ("bind 127.0.0.1", "requirepass secret", "maxmemory-policy noeviction", 'save ""', 'dir "/a b"'):
            self.assertIn(wanted, lines)


class FolderTest(InFolder):
    def test_starting_over_keeps_packages_and_ports(self) -> None:
        for name in ("packages/x", "ports.json", "secrets.env", "photos/p.jpg", "mail/m.eml", "servers/postgres/data"):
            path = self.home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        self.folder.empty(with_secrets=False)
        left = sorted(path.name for path in self.home.iterdir())
        self.assertEqual(left, ["log", "packages", "ports.json", "secrets.env"])
