"""Orders to faults.cpp, which is loaded into the program: what is to fail, and when."""

import mmap
import os
import struct

from harness.server import DATABASE

# Calls and files: bits, as in faults.cpp.
WRITE, SYNC, TRUNCATE = 1, 2, 4
ANY_CALL = WRITE | SYNC | TRUNCATE
DATABASE_FILE, LOG, OTHER = 1, 2, 4
ANY_FILE = DATABASE_FILE | LOG | OTHER

NOTHING, FAIL, KILL_BEFORE, KILL_HALFWAY, KILL_AFTER = range(5)

_CALL_NAMES = {WRITE: "write", SYNC: "fsync", TRUNCATE: "ftruncate"}
_FILE_NAMES = {DATABASE_FILE: "the database", LOG: "the log", OTHER: "another file"}


class Faults:
    """The mapped file; `environment` makes a program that is started heed it."""

    _ORDERS = struct.Struct("=IIIiI")
    _LAST, _COUNTDOWN, _SEEN, _HAPPENED, _CLOCK, _SIZE = 20, 24, 32, 40, 48, 56

    def __init__(self, library, folder):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder.resolve() / "faults"
        with open(path, "w+b") as file:
            file.truncate(self._SIZE)
            self._map = mmap.mmap(file.fileno(), self._SIZE)
        self.environment = {
            "LD_PRELOAD": str(library),
            "PROMOTIONS_FAULTS": str(path),
            "PROMOTIONS_FAULTS_PATH": str(folder.resolve() / DATABASE),
            # The sanitizer's runtime wants to be loaded first, and need not be.
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0",
        }

    def arm(self, action, calls, files, countdown, error=0, for_good=False):
        """At the `countdown`-th matching call from now on, and, if `for_good`, at all after it."""
        self.disarm()
        self._ORDERS.pack_into(self._map, 0, calls, files, action, error, int(for_good))
        self._put(self._COUNTDOWN, countdown)

    def count(self, calls=ANY_CALL, files=ANY_FILE):
        """Nothing happens, but `seen` grows."""
        self.arm(NOTHING, calls, files, 0)

    def disarm(self):
        self._put(self._COUNTDOWN, 0)
        self._put(self._SEEN, 0)
        self._put(self._HAPPENED, 0)

    @property
    def seen(self):
        return self._get(self._SEEN)

    @property
    def happened(self):
        return self._get(self._HAPPENED)

    @property
    def last_call(self):
        """Of those that something happened to: a bit, as in arm()."""
        return struct.unpack_from("=I", self._map, self._LAST)[0] // 8

    @property
    def last(self):
        """The same for people."""
        call, file = divmod(struct.unpack_from("=I", self._map, self._LAST)[0], 8)
        return f"{_CALL_NAMES.get(call, 'no call')} to {_FILE_NAMES.get(file, 'no file')}"

    def set_clock(self, seconds):
        """How far the program's time of day is ahead of ours."""
        self._put(self._CLOCK, round(seconds * 1000))

    def _put(self, offset, value):
        struct.pack_into("=q", self._map, offset, value)

    def _get(self, offset):
        return struct.unpack_from("=q", self._map, offset)[0]
