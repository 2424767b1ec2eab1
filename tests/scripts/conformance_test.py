"""The conformance suite of storage knows nothing of how it is made, so that another make can run it."""

import pathlib
import re
import unittest

SUITE = pathlib.Path(__file__).parents[1] / "storage" / "conformance"
# The fixture opens the make that is tested, by its public header.
FIXTURES = {"storage/database.h", "storage/blocker.h"}


class ConformanceSuite(unittest.TestCase):
    def test_it_includes_public_headers_and_its_fixtures_only(self):
        files = sorted(SUITE.glob("*.cpp"))
        self.assertGreater(len(files), 5)
        for file in files:
            for header in re.findall(r'#include "([^"]+)"', file.read_text(encoding="utf-8")):
                allowed = header.startswith(("promotions/", "support/")) or header in FIXTURES
                self.assertTrue(allowed, f"{file.name} includes {header}")

    def test_it_names_no_database_of_anybody(self):
        for file in sorted(SUITE.glob("*.cpp")):
            text = file.read_text(encoding="utf-8")
            self.assertIsNone(re.search(r"sqlite|pragma|postgres", text, re.I), file.name)

    def test_each_store_of_the_public_headers_is_tested(self):
        headers = SUITE.parents[2] / "include" / "promotions" / "storage"
        for header in sorted(headers.glob("*_store.h")):
            test = SUITE / f"{header.stem}_test.cpp"
            self.assertTrue(test.exists(), f"{test.name} is missing")


if __name__ == "__main__":
    unittest.main()
