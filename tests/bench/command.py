"""The command line of scripts/bench."""

import argparse
import os
import pathlib
import shutil
import signal
import sys

from bench import (
    figures, machine, measure_draw, measure_http, measure_mail, measure_size, measure_slow_clients,
    report,
)
from bench.session import Session
from harness import processes, project
from harness.arguments import positive, some_of

MEASUREMENTS = {
    "signups": measure_http.signups,
    "verifications": measure_http.verifications,
    "mail_flowing": measure_mail.mail_flowing,
    "mails": measure_mail.mails,
    "draw": measure_draw.draw,
    "slow_clients": measure_slow_clients.slow_clients,
    "rows": measure_size.rows,
    "start": measure_size.start,
    "memory": measure_size.memory,
    "link": measure_mail.link,
    "latency": measure_http.latency,
    "queue_idle": measure_size.queue_idle,
}


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measures the release binary on this machine and prints a table.",
        epilog="Exit status: 0 all was measured, 1 something could not be (or, with --strict, a"
        " figure is missed), 2 wrong usage.",
    )
    parser.add_argument("--list", action="store_true", help="names the measurements and ends")
    parser.add_argument("--only", type=some_of(MEASUREMENTS, "measurement"), metavar="NAME[,NAME]", help="only these")
    parser.add_argument("--seconds", type=positive, default=5,
                        help="of each load (%(default)s)")
    parser.add_argument("--rounds", type=positive, default=3,
                        help="of each comparison, of which the median counts (%(default)s)")
    parser.add_argument("--rows", type=positive, default=5_000_000,
                        help="of the largest database (%(default)s)")
    parser.add_argument("--binary", type=pathlib.Path, metavar="PATH",
                        help="measure this one; install nothing, and build only what it is"
                        " measured against")
    parser.add_argument("--write", action="store_true",
                        help="put table and plots of a whole run into docs/")
    parser.add_argument("--strict", action="store_true", help="a missed figure is a failure")
    parser.add_argument("--keep", action="store_true", help="leave databases and logs behind")
    options = parser.parse_args(arguments)
    if options.binary and not os.access(options.binary, os.X_OK):
        parser.error(f"--binary: {options.binary} is no program")
    if options.write and options.only:
        parser.error("--write needs all measurements; leave out --only")
    return options


def _measure(session, names):
    """The table's rows, and the names of what failed."""
    rows, failed, missed = [("name", "figure", "measured", "wanted", "met")], [], False
    for name in names:
        try:
            found = MEASUREMENTS[name](session)
        except (processes.Failure, OSError) as failure:
            session.progress("")
            print(f"bench: {name}: {failure}", file=sys.stderr)
            failed.append(name)
            continue
        for figure in found:
            rows.append((name, figure.what, figure.shown, figure.wanted, figure.verdict))
            missed = missed or figure.is_missed
    session.progress("")
    return rows, failed, missed


def _interrupt(*_):
    raise KeyboardInterrupt


def main(arguments):
    options = _parse(arguments)
    if options.list:
        for name, measure in MEASUREMENTS.items():
            print(f"{name:14} {measure.__doc__}")
        return 0
    signal.signal(signal.SIGTERM, _interrupt)
    folder = machine.BUILD / f"run-{os.getpid()}"
    try:
        if options.binary is None:
            machine.install()
        binary = (options.binary or project.build("promotions")["promotions"]).resolve()
        folder.mkdir(parents=True)
        # A copy, because the build's may be replaced while we measure.
        binary = pathlib.Path(shutil.copy2(binary, folder / "promotions"))
        session = Session(
            binary=binary, folder=folder, keep=options.keep,
            comparators=machine.build_comparators(), seconds=options.seconds,
            rounds=options.rounds, rows=options.rows,
        )
        about = f"{machine.version(binary, options.binary is None)}; {machine.describe(folder)}"
        rows, failed, missed = _measure(session, options.only or list(MEASUREMENTS))
    except processes.Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nbench: interrupted", file=sys.stderr)
        return 130
    finally:
        if options.keep:
            print(f"bench: databases and logs are in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(about)
    print("\n".join(figures.table(rows)))
    if options.write and not failed:
        report.write(rows, session.series, about)
    return 1 if failed or (options.strict and missed) else 0
