"""What a run needs on this machine, and what this machine is."""

import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import time

from bench import processes
from bench.processes import Failure

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "bench"
HERE = pathlib.Path(__file__).parent

COMPARATORS = {"constant_server": ["cpp-httplib"], "libcurl_loop": ["libcurl"]}


def find_tool(name):
    """Its path; Debian keeps some outside of a user's PATH."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        raise Failure(f"{name} is missing; scripts/install-dependencies --bench installs it")
    return found


def _visibly(argv, environment=None):
    """A step of the preparation, whose words go to stderr."""
    if subprocess.run(argv, cwd=ROOT, stdout=sys.stderr, env=environment).returncode != 0:
        raise Failure(f"{' '.join(map(str, argv))}: failed")


def install():
    _visibly([ROOT / "scripts" / "install-dependencies", "--bench"])


def build_program():
    processes.run(
        ["cmake", "--preset", "release", "-Wno-dev", "--log-level=WARNING"], 300, cwd=ROOT
    )
    quiet = [] if sys.stderr.isatty() else ["--", "--quiet"]
    _visibly(["cmake", "--build", "--preset", "release", *quiet])
    return ROOT / "build" / "release" / "promotions"


def build_comparators():
    """Optimised like the program itself; a folder of their paths by name."""
    BUILD.mkdir(parents=True, exist_ok=True)
    built = {}
    for name, packages in COMPARATORS.items():
        source, target = HERE / f"{name}.cpp", BUILD / name
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            flags = processes.run(["pkg-config", "--cflags", "--libs", *packages], 30).split()
            command = ["g++", "-std=c++20", "-O3", "-DNDEBUG", source, "-o", target, *flags]
            processes.run([*command, "-pthread"], 300)
        built[name] = target
    return built


def _processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _fsync_milliseconds(folder):
    """The median time to append 4 KiB and have it on the disk, which bounds every commit."""
    path = folder / "fsync"
    times = []
    with open(path, "wb", buffering=0) as file:
        for _ in range(50):
            began = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    path.unlink()
    return statistics.median(times) * 1000


def describe(folder):
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kind = processes.run(["stat", "-f", "-c", "%T", folder], 10).strip()
    return (
        f"{cores} cores of {_processor()}, {memory:.0f} GiB, Linux {platform.release()};"
        f" {kind}, where 4 KiB are on the disk after {_fsync_milliseconds(folder):.2g} ms"
    )


def version(binary, is_built_here):
    """What is measured; the commit alone would tell half if the sources differ from it."""
    name = processes.run([binary, "version"], 10).splitlines()[0]
    if not is_built_here:
        return f"{name}, a binary built elsewhere"
    changes = ["git", "status", "--porcelain", "--", "src", "include", "templates", "cmake"]
    has_changes = bool(processes.run(changes, 30, cwd=ROOT).strip())
    return f"{name}, with changes since" if has_changes else name
