"""Child processes, and what the kernel tells about them."""

import contextlib
import ctypes
import os
import pathlib
import resource
import signal
import subprocess
import time

PR_SET_PDEATHSIG = 1
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


class Failure(Exception):
    """A measurement could not be made. The text is for the person who runs it."""


def need_descriptors(count):
    """For this process and those that it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= count:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, max(hard, count)))
    except (ValueError, OSError):
        raise Failure(f"ulimit -n is {soft}, at most {hard}; expected {count}") from None


def _follow_parent():
    # Even a harness that is killed leaves nothing behind.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Processes(contextlib.ExitStack):
    """Ends what it started, last first, however the block is left."""

    def start(self, argv, **options):
        # In a session of its own, so that Ctrl-C reaches the harness alone and the order is ours.
        try:
            process = subprocess.Popen(
                [str(word) for word in argv],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=_follow_parent,
                **options,
            )
        except FileNotFoundError:
            raise Failure(
                f"{argv[0]} is missing; scripts/install-dependencies --bench installs it"
            ) from None
        self.callback(end, process)
        return process


def end(process, patience=15):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def run(argv, timeout, **options):
    """Standard output of a command that must succeed in `timeout` seconds."""
    with Processes() as processes:
        process = processes.start(
            argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
        )
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise Failure(f"{argv[0]}: took more than {timeout} s") from None
        if process.returncode != 0:
            said = (errors or output).strip().splitlines() or ["nothing said"]
            raise Failure(f"{argv[0]}: exit status {process.returncode}: {said[-1]}")
        return output


def _kilobytes(pid, field):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise Failure(f"process {pid}: has no {field}; it has ended")


def resident_bytes(pid):
    return _kilobytes(pid, "VmRSS") * 1024


def forget_peak(pid):
    """Lets peak_resident_bytes() count from now on: see proc(5), clear_refs."""
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_resident_bytes(pid):
    return _kilobytes(pid, "VmHWM") * 1024


def wake_ups(pid):
    """How often its threads went to sleep of their own, and so were woken."""
    return sum(
        int(line.split()[1])
        for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status")
        for line in status.read_text().splitlines()
        if line.startswith("voluntary_ctxt_switches:")
    )


def cpu_seconds(pid):
    # The name in parentheses may hold spaces; the fields behind it are counted from 3.
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def wait_until(condition, seconds, what, pause=0.02):
    """The first true value of `condition`, which is asked until `seconds` have gone by."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failure(f"{what}: not within {seconds:g} s")
        time.sleep(pause)
