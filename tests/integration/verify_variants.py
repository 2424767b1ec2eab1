"""Asks scripts/verify_draw.py about many transcripts in one process.

verify_variants.py SCRIPT LEAVES, with one transcript a line on stdin, in hexadecimal. Prints a line
for each: "1" if all of it fits, "0" if something does not.
"""

import importlib.util
import io
import pathlib
import sys

sys.dont_write_bytecode = True


def main(script, leaves_path):
    spec = importlib.util.spec_from_file_location("verify_draw", script)
    verify_draw = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(verify_draw)
    leaves = pathlib.Path(leaves_path).read_bytes()
    for line in sys.stdin:
        transcript = bytes.fromhex(line)
        good = verify_draw.verify(transcript, io.BytesIO(leaves), say=lambda text: None)
        print(int(good))


if __name__ == "__main__":
    main(*sys.argv[1:])
