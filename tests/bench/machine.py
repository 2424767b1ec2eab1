"""What a run needs on this machine, and what this machine is."""

import os
import pathlib
import platform
import statistics
import time

from harness import processes
from harness.project import ROOT, run_visibly

BUILD = ROOT / "build" / "bench"
HERE = pathlib.Path(__file__).parent

COMPARATORS = {"constant_server": ["cpp-httplib"], "libcurl_loop": ["libcurl"]}


def install():
    run_visibly([ROOT / "scripts" / "install-dependencies", "--bench"])


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
