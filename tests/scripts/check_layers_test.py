"""scripts/check-layers, on small trees that are wrong in one way each."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "check-layers"

MODULES = """\
| module | what it is | may include (and `base`) |
|---|---|---|
| `base` | small things | — |
| `storage` | the database | — |
| `queue` | jobs | storage |
| `app`, `main` | all of it | all |
"""
LIBRARIES = """\
| library | headers | at home in |
|---|---|---|
| SQLite | `SQLiteCpp/`, `sqlite3.h` | storage |
| JSON | `nlohmann/` | `base/json.h` |
| OpenSSL | `openssl/` | — |
"""
DESIGN = f"# Design\n\n{MODULES}\nWords between them.\n\n{LIBRARIES}\nMore words.\n"


class CheckLayers(unittest.TestCase):
    def check(self, files, design=DESIGN):
        """What it prints about a tree of `files`, by their paths, and with which status it ends."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in {"docs/design.md": design, **files}.items():
                if text is None:
                    continue
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
            ended = subprocess.run(
                [sys.executable, SCRIPT, root], capture_output=True, text=True, timeout=60
            )
        return ended.stdout + ended.stderr, ended.returncode

    def assert_fails(self, expected, files, design=DESIGN):
        output, status = self.check(files, design)
        self.assertEqual(output, expected + "\n")
        self.assertEqual(status, 1)

    def test_what_the_tables_allow_passes(self):
        files = {
            "src/main.cpp": '#include "promotions/app/application.h"\n',
            "src/app/application.cpp": '#include "promotions/queue/lane.h"\n',
            "src/queue/lane.cpp": '#include "promotions/storage/storage.h"\n#include <vector>\n',
            "src/storage/storage.cpp": '#include <SQLiteCpp/SQLiteCpp.h>\n#include "promotions/base/log.h"\n',
            "include/promotions/base/json.h": "#include <nlohmann/json.hpp>\n",
        }
        self.assertEqual(self.check(files), ("", 0))

    def test_a_module_that_the_table_does_not_allow(self):
        self.assert_fails(
            "src/storage/storage.cpp:2: storage may not include queue; expected base",
            {"src/storage/storage.cpp": '\n#include "promotions/queue/lane.h"\n'},
        )

    def test_a_private_header(self):
        self.assert_fails(
            'src/queue/lane.cpp:1: "storage/writer.h" is private to storage; expected a header of'
            " include/promotions/storage",
            {"src/queue/lane.cpp": '#include "storage/writer.h"\n'},
        )

    def test_a_folder_that_is_no_module(self):
        self.assert_fails(
            "src/util/all.cpp:1: util is no module; expected base, storage, queue, app, main",
            {"src/util/all.cpp": ""},
        )

    def test_a_library_away_from_home(self):
        self.assert_fails(
            "src/queue/lane.cpp:1: <sqlite3.h> is at home in storage; expected it there only",
            {"src/queue/lane.cpp": "#include <sqlite3.h>\n"},
        )
        self.assert_fails(
            "src/base/log.cpp:1: <nlohmann/json.hpp> is at home in base/json.h; expected it there only",
            {"src/base/log.cpp": "#include <nlohmann/json.hpp>\n"},
        )
        self.assert_fails(
            "src/base/log.cpp:1: <openssl/ssl.h> is at home in no module; expected it there only",
            {"src/base/log.cpp": "#include <openssl/ssl.h>\n"},
        )

    def test_two_types_of_one_name(self):
        self.assert_fails(
            "src/queue/b.cpp:1: Lane is the name of a type at src/queue/a.cpp:1, too; expected another",
            {"src/queue/a.cpp": "struct Lane {};\n", "src/queue/b.cpp": "class Lane {\n};\n"},
        )

    def test_a_table_that_is_missing_or_there_twice(self):
        self.assert_fails(
            "check-layers: docs/design.md:1: 0 tables begin with | library | headers | at home in |;"
            " expected one",
            {},
            MODULES,
        )
        self.assert_fails(
            "check-layers: docs/design.md:1: 2 tables begin with | module | what it is | may include"
            " (and `base`) |; expected one",
            {},
            f"{DESIGN}\n{MODULES}",
        )

    def test_a_row_of_another_form(self):
        self.assert_fails(
            "check-layers: docs/design.md:7: a row of another form; expected 3 cells",
            {},
            DESIGN.replace("| jobs |", "| jobs | and | more |"),
        )

    def test_a_module_that_leans_on_one_below(self):
        self.assert_fails(
            "check-layers: docs/design.md:6: queue is no module of a row above; expected some of base",
            {},
            DESIGN.replace("| the database | — |", "| the database | queue |"),
        )

    def test_a_home_that_is_no_module(self):
        self.assert_fails(
            "check-layers: docs/design.md:14: stroage is of no module; expected one of the table",
            {},
            DESIGN.replace("| storage |\n| JSON", "| stroage |\n| JSON"),
        )

    def test_no_design(self):
        output, status = self.check({"docs/design.md": None})
        self.assertIn("design.md", output)
        self.assertEqual(status, 1)


if __name__ == "__main__":
    unittest.main()
