#!/usr/bin/env python3
"""Compares two verifiers that share no code on the same draws, right and altered.

    draw_differential.py --binary build/dev/promotions --records 5000 --seed 1
    draw_differential.py --binary build/dev/promotions --seed 1 --only 1234 --keep /tmp/case

One verifier is `promotions draw verify`, started once for each record. The other one is
scripts/verify_draw.py, which runs within this process. Prints each record for which their exit
statuses differ, or are wrong although the right one is known. A record depends on seed and number
only: --only prints what both say about a single one, and --keep leaves its files in a folder.

Exit status: 0 if both agree, 1 if they differ or if no record reached one of the checks, 2 for
wrong usage.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import importlib.util
import io
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import draw_cases  # noqa: E402

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "verify_draw.py"
SECONDS = 60  # for one record; taking longer is a fault, too
WORKERS = 2
# The names of all checks. A run proves nothing about a check that never refused anything.
CHECKS = ("form", "terms", "commitment", "leaves", "root", "times", "beacon", "seed", "drawn",
          "events", "digest", "receipt", "commitment of the receipt", "terms of the receipt",
          "seal that was kept")
ENOUGH = 1000  # with so many records, each check must have refused some


def load_script():
    spec = importlib.util.spec_from_file_location("verify_draw", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ask_script(script, folder, arguments):
    """Returns exit status and output. If the script failed, the status is a text that says how."""
    output = io.StringIO()
    before = os.getcwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            status = script.main(arguments)
    except SystemExit as end:
        status = end.code
    except Exception as error:  # any exception that leaves main() is a fault of the script
        status = f"{type(error).__name__}: {error}"[:200]
    finally:
        os.chdir(before)
    return status, output.getvalue()


def ask_binary(binary, folder, arguments):
    command = [binary, "draw", "verify", *arguments]
    try:
        ended = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, timeout=SECONDS,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    except subprocess.TimeoutExpired:
        return f"no end within {SECONDS} s", ""
    return ended.returncode, ended.stdout.decode("utf-8", "backslashreplace")


def case_of(seed, number):
    return draw_cases.random_case(random.Random(f"{seed}/{number}"))


def write_case(folder, case):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "draw.json").write_bytes(case.transcript)
    (folder / "leaves.txt").write_bytes(case.leaves)
    (folder / "seal.json").write_bytes(case.seal)


def fault(case, by_binary, by_script):
    """Returns what is wrong with the two statuses, or None."""
    if by_binary != by_script:
        return f"binary {by_binary}, script {by_script}"
    if by_binary not in (0, 1, 2):
        return f"both {by_binary}"
    if case.status is not None and by_binary != case.status:
        return f"both {by_binary}, expected {case.status}"
    return None


class Comparison:
    def __init__(self, binary, seed):
        self.binary = binary
        self.seed = seed
        self.script = load_script()
        self.statuses = collections.Counter()
        self.reached = collections.Counter()
        self.faults = 0

    def run(self, numbers, folder):
        """Asks about a few records at a time, so that both verifiers work at the same time."""
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            waiting = collections.deque()
            for number in numbers:
                case = case_of(self.seed, number)
                place = folder / str(number % (4 * WORKERS))  # its last case is compared by then
                write_case(place, case)
                by_binary = pool.submit(ask_binary, self.binary, place, case.arguments)
                by_script = ask_script(self.script, place, case.arguments)
                waiting.append((number, case, by_binary, by_script))
                if len(waiting) == 2 * WORKERS:
                    self.compare(*waiting.popleft())
            while waiting:
                self.compare(*waiting.popleft())

    def compare(self, number, case, by_binary, by_script):
        first, first_words = by_binary.result()
        second, second_words = by_script
        self.statuses[second] += 1
        self.reached.update(re.findall(r"^WRONG ([a-z ]+): ", second_words, re.MULTILINE))
        wrong = fault(case, first, second)
        if wrong is None:
            return
        self.faults += 1
        print(f"#{number} {case.label}: {wrong}\n    {' '.join(map(ascii, case.arguments))}")
        for name, words in (("binary", first_words), ("script", second_words)):
            lines = [line for line in words.splitlines() if "WRONG" in line or "error" in line]
            print(f"    {name}: {' | '.join(lines)[:400]}")

    def unreached(self):
        return [name for name in CHECKS if not self.reached[name]] + \
            [f"status {status}" for status in (0, 1, 2) if not self.statuses[status]]


def look_at_one(binary, seed, number, folder):
    case = case_of(seed, number)
    write_case(folder, case)
    by_binary = ask_binary(binary, folder, case.arguments)
    by_script = ask_script(load_script(), folder, case.arguments)
    print(f"#{number} {case.label}, expected {case.status}\n    "
          f"{' '.join(map(ascii, case.arguments))}")
    for name, (status, words) in (("binary", by_binary), ("script", by_script)):
        print(f"\n{name}: {status}\n{words}")
    return 0 if fault(case, by_binary[0], by_script[0]) is None else 1


def main():
    parser = argparse.ArgumentParser(description="Compares two verifiers of draws.")
    parser.add_argument("--binary", required=True, type=pathlib.Path, help="promotions")
    parser.add_argument("--records", type=int, default=500, help="how many (500)")
    parser.add_argument("--seed", default="1", help="of the records; any word (1)")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="only this one, in full")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER", help="where --only writes")
    given = parser.parse_args()
    binary = given.binary.resolve()
    if not os.access(binary, os.X_OK) or binary.is_dir():
        parser.error(f"{given.binary} is no program")
    with tempfile.TemporaryDirectory() as folder:
        if given.only is not None:
            return look_at_one(binary, given.seed, given.only,
                               (given.keep or pathlib.Path(folder)).resolve())
        start = time.monotonic()
        comparison = Comparison(binary, given.seed)
        comparison.run(range(given.records), pathlib.Path(folder))
    statuses = ", ".join(f"{n} with status {status}"
                         for status, n in sorted(comparison.statuses.items(), key=str))
    print(f"{given.records} records of seed {given.seed} in {time.monotonic() - start:.0f} s: "
          f"{statuses}; {comparison.faults} faults")
    print("checks that refused: " + ", ".join(
        f"{name} {comparison.reached[name]}" for name in CHECKS))
    unreached = comparison.unreached() if given.records >= ENOUGH else []
    if unreached:
        print(f"never reached: {', '.join(unreached)}")
    return 1 if comparison.faults or unreached else 0


if __name__ == "__main__":
    sys.exit(main())
