"""What all measurements of one run share."""

import dataclasses
import itertools
import pathlib
import shutil
import sys
import time

from harness.processes import Processes


@dataclasses.dataclass
class Session:
    binary: pathlib.Path
    comparators: dict
    folder: pathlib.Path
    seconds: float
    rounds: int
    rows: int
    keep: bool
    grown: dict = dataclasses.field(default_factory=dict)  # rows: folder of such a database
    series: dict = dataclasses.field(default_factory=dict)  # name: points of a plot
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
        if not sys.stderr.isatty():
            return
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write("\r\x1b[K" + f"{time.strftime('%H:%M:%S')} {text}"[:width])
        sys.stderr.flush()

    def each_round(self, what):
        for number in range(1, self.rounds + 1):
            self.progress(f"{what}: round {number} of {self.rounds}")
            yield number
