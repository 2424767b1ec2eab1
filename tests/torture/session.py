"""What all tests of one run share."""

import dataclasses
import json
import pathlib
import subprocess

from harness import session
from harness.processes import Failure
from harness.server import DATABASE


@dataclasses.dataclass(kw_only=True)
class Session(session.Session):
    faults: pathlib.Path  # the library made of faults.cpp
    seed: int

    def check_database(self, folder):
        """By the program's own command; Failure if it finds anything."""
        command = [self.binary, "check", "--json", "--set", f"storage.path={DATABASE}"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
        findings = json.loads(done.stdout) if done.stdout.strip() else []
        bad = [one["detail"] for one in findings if not one["ok"]]
        if done.returncode != 0 or bad:
            raise Failure(f"promotions check: {bad or done.stderr or done.stdout}")
