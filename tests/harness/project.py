"""The checkout that these programs belong to, and the tools that they need."""

import os
import pathlib
import shutil
import subprocess
import sys

from harness import processes
from harness.processes import Failure

ROOT = pathlib.Path(__file__).resolve().parents[2]


def find_tool(name, option="--tests"):
    """Its path; Debian keeps some outside of a user's PATH."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        raise Failure(f"{name} is missing; scripts/install-dependencies {option} installs it")
    return found


def run_visibly(argv):
    """A step of the preparation, whose words go to stderr."""
    if subprocess.run(argv, cwd=ROOT, stdout=sys.stderr).returncode != 0:
        raise Failure(f"{' '.join(map(str, argv))}: failed")


def build(*targets):
    """The release build of each target; their paths by name."""
    configure = ["cmake", "--preset", "release", "-Wno-dev", "--log-level=WARNING"]
    processes.run(configure, 300, cwd=ROOT)
    quiet = [] if sys.stderr.isatty() else ["--", "--quiet"]
    run_visibly(["cmake", "--build", "--preset", "release", "--target", *targets, *quiet])
    return {target: ROOT / "build" / "release" / target for target in targets}
