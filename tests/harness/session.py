"""What all parts of one run share."""

import dataclasses
import itertools
import pathlib
import shutil
import sys
import time

from harness.processes import Processes


@dataclasses.dataclass(kw_only=True)
class Session:
    binary: pathlib.Path
    folder: pathlib.Path
    keep: bool  # databases and logs are left behind
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
