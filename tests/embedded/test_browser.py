"""The packages of the browser's tests."""

import json
import unittest

from embedded.folder import PROJECT

TESTS = PROJECT / "tests" / "browser"


class PackagesTest(unittest.TestCase):
    def test_the_lock_file_names_what_is_wanted_and_no_registry(self) -> None:
        wanted = json.loads((TESTS / "package.json").read_text(encoding="utf-8"))["dependencies"]
        locked = json.loads((TESTS / "package-lock.json").read_text(encoding="utf-8"))["packages"]
        self.assertEqual(locked[""]["dependencies"], wanted)
        for name, package in locked.items():
            self.assertNotIn("resolved", package, name)
            self.assertTrue(name == "" or package["integrity"].startswith("sha512-"), name)


if __name__ == "__main__":
    unittest.main()
