"""The command line of scripts/torture."""

import argparse
import os
import pathlib
import shutil
import signal
import sys
import time

from harness import processes, project
from harness.arguments import positive, some_of
from torture import draws, full_disk, kills, soak, storage_faults
from torture.session import Session

BUILD = project.ROOT / "build" / "torture"


def _run_kills(session, options):
    """kills at random and at chosen moments, under load"""
    return kills.run(session, len(kills.KINDS) if options.short else options.kills)


def _run_draws(session, options):
    """kills at each step of a draw, with each kind of beacon"""
    return draws.run(session, 12 if options.short else options.kills)


def _run_storage_faults(session, options):
    """each write, fsync and ftruncate of a run fails once or for good, or is the last one"""
    return storage_faults.run(session, 90 if options.short else options.step)


def _run_full_disk(session, _):
    """a file system of 10 MB fills, and has room again"""
    return full_disk.run(session)


def _run_soak(session, options):
    """long steady load with restarts, a flapping mail server and a jumping clock"""
    return [] if options.short else soak.run(session, options.minutes)


TESTS = {
    "kills": _run_kills,
    "draws": _run_draws,
    "storage": _run_storage_faults,
    "full_disk": _run_full_disk,
    "soak": _run_soak,
}


def _program(text):
    path = pathlib.Path(text).resolve()
    if not path.exists():
        raise argparse.ArgumentTypeError(f"{text} does not exist")
    return path


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog="scripts/torture",
        description="Breaks things under the real binary on purpose, and looks whether anything is"
        " lost.",
        epilog="Exit status: 0 nothing was lost, 1 something was or a test could not be made, 2"
        " wrong usage.",
    )
    parser.add_argument("--list", action="store_true", help="names the tests and ends")
    parser.add_argument("--only", type=some_of(TESTS, "test"), metavar="NAME[,NAME]", help="only these")
    parser.add_argument("--short", action="store_true", help="a round that fits into a test suite")
    parser.add_argument("--kills", type=positive, default=220, help="how many (%(default)s)")
    parser.add_argument("--step", type=positive, default=1,
                        help="let only each STEP-th call fail (%(default)s)")
    parser.add_argument("--minutes", type=positive, default=20, help="of the soak (%(default)s)")
    parser.add_argument("--seed", type=int, default=int(time.time()),
                        help="of what is random; it is printed")
    parser.add_argument("--binary", type=_program, metavar="PATH",
                        help="torture this one instead of the release build")
    parser.add_argument("--faults", type=_program, metavar="PATH",
                        help="the library promotions_faults that was built with it")
    parser.add_argument("--keep", action="store_true", help="leave databases and logs behind")
    options = parser.parse_args(arguments)
    if (options.binary is None) != (options.faults is None):
        parser.error("--binary and --faults belong together")
    return options


def _interrupt(*_):
    raise KeyboardInterrupt


def _built(options):
    if options.binary:
        return options.binary, options.faults
    built = project.build("promotions", "promotions_faults")
    return built["promotions"], built["promotions_faults"].with_suffix(".so")


def main(arguments):
    options = _parse(arguments)
    if options.list:
        for name, test in TESTS.items():
            print(f"{name:10} {test.__doc__}")
        return 0
    signal.signal(signal.SIGTERM, _interrupt)
    folder = BUILD / f"run-{os.getpid()}"
    failed = False
    try:
        programs = _built(options)
        folder.mkdir(parents=True)
        # Copies, because the build's may be replaced meanwhile.
        binary, faults = (pathlib.Path(shutil.copy2(one, folder)) for one in programs)
        session = Session(
            binary=binary, folder=folder, keep=options.keep, faults=faults, seed=options.seed
        )
        for name in options.only or TESTS:
            began = time.monotonic()
            try:
                for line in TESTS[name](session, options):
                    session.progress("")
                    print(f"{name}: {line}", flush=True)
                print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
            except (processes.Failure, OSError) as failure:
                failed = True
                session.progress("")
                print(f"torture: {name}: {failure}", file=sys.stderr)
                print(f"torture: {name}: the seed was {options.seed}", file=sys.stderr)
    except processes.Failure as failure:
        print(f"torture: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ntorture: interrupted", file=sys.stderr)
        return 130
    finally:
        if options.keep:
            print(f"torture: databases and logs are in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0
