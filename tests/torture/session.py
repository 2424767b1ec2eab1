"""What all tests of one run share."""

import dataclasses
import itertools
import json
import pathlib
import shutil
import subprocess
import sys
import time

from harness.processes import Failure, Processes
from harness.server import DATABASE


@dataclasses.dataclass
class Session:
    binary: pathlib.Path
    faults: pathlib.Path  # the library made of faults.cpp
    folder: pathlib.Path
    seed: int
    keep: bool
    numbers: itertools.count = dataclasses.field(default_factory=itertools.count)

    def children(self):
        return Processes()

    def new_folder(self, name):
        return self.folder / f"{name}-{next(self.numbers)}"

    def discard(self, folder):
        if not self.keep:
            shutil.rmtree(folder, ignore_errors=True)

    def progress(self, text):
        """One line on a terminal, overwritten by the next; nothing in a pipe."""
        if sys.stderr.isatty():
            width = shutil.get_terminal_size().columns - 1
            line = f"{time.strftime('%H:%M:%S')} {text}"[:width]
            sys.stderr.write("\r\x1b[K" + line)
            sys.stderr.flush()

    def check_database(self, folder):
        """By the program's own command; Failure if it finds anything."""
        command = [self.binary, "check", "--json", "--set", f"storage.path={DATABASE}"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
        findings = json.loads(done.stdout) if done.stdout.strip() else []
        bad = [one["detail"] for one in findings if one["check"] == "database" and not one["ok"]]
        if done.returncode != 0 or bad:
            raise Failure(f"promotions check: {bad or done.stderr or done.stdout}")
