"""Sign-ups beside thousands of clients that take their time."""

import json
import signal
import statistics
import subprocess
import sys

from bench import figures, load, machine
from bench.measure_http import paused_server
from harness import processes
from harness.processes import Failure

# How many at any moment, and after how many seconds the server ends them. The timeouts are shorter
# than the defaults, so that each client can be waited for.
CROWD = {
    "opened": (1500, 5),  # and nothing sent
    "kept": (1500, 12),  # after a request
    "slow_head": (250, 5),  # a byte a second
    "slow_body": (250, 8),
    "unread": (200, 8),  # many requests, and no answer read
}
SETTINGS = {
    "server.header_timeout": "5s",
    "server.request_timeout": "8s",
    "server.idle_timeout": "12s",
}
GATHERING = 3  # seconds until all have come
# Seconds. A timeout counts from the last sign of life, an age from when the client, which competes
# with the load, saw that it was connected.
EARLY, LATE = 0.5, 2


class _Crowd:
    def __init__(self, children, port):
        sizes = [size for size, _ in CROWD.values()]
        self._process = children.start(
            [sys.executable, machine.HERE / "slow_clients.py", port, *sizes],
            stdout=subprocess.PIPE, text=True,
        )
        self._process.stdout.readline()
        self.pid = self._process.pid

    def last_words(self):
        """Lets nobody come any more, and waits until the server has ended all."""
        self._process.send_signal(signal.SIGUSR1)
        try:
            output, _ = self._process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            raise Failure("slow_clients.py: does not end") from None
        return json.loads(output)


def _ended_figure(said):
    """How many were ended when their timeout says, of all that ever came."""
    on_time = came = 0
    oldest = []
    for kind, (_, timeout) in CROWD.items():
        ages = said["ages"][kind]
        came += len(ages) + said["left"].get(kind, 0)
        on_time += sum(timeout - EARLY <= age <= timeout + LATE for age in ages)
        oldest.append(f"{kind.replace('_', ' ')} {max(ages, default=0):.1f}")
    shown = f"{on_time} of {came}; oldest, seconds: {', '.join(oldest)}"
    if said["failed"]:
        shown += f"; {said['failed']} never connected"
    return figures.Figure("slow clients ended on time", on_time / max(came, 1), shown, at_least=1)


def slow_clients(session):
    """Sign-ups beside 3 700 slow connections, and when the server ends each of those."""
    processes.need_descriptors(5_000)
    pairs, tails, peaks, shares = [], [], [], []
    said = {}
    for number in session.each_round("slow_clients"):
        folder = session.new_folder("slow_clients")
        with session.children() as children:
            server = paused_server(session, children, folder, settings=SETTINGS)
            without = load.stored_sign_ups(server, session.seconds)
            processes.forget_peak(server.pid)  # of the start, where a password is hashed
            crowd = _Crowd(children, server.port)
            load.sign_ups(server.url, GATHERING)
            used = processes.cpu_seconds(crowd.pid)
            beside = load.stored_sign_ups(server, session.seconds, warm_up=0)
            shares.append((processes.cpu_seconds(crowd.pid) - used) / beside.seconds)
            peaks.append(processes.peak_resident_bytes(server.pid))
            if number == session.rounds:
                session.progress("slow_clients: until the server has ended the last")
                said = crowd.last_words()
            server.stop()
        session.discard(folder)
        pairs.append((beside.rate, without.rate))
        tails.append((beside.p99 / 1000, without.p99 / 1000))
    share = statistics.median(shares)
    return [
        figures.ratio("sign-ups beside slow clients over none", pairs, "a second", at_least=0.7),
        figures.ratio("their p99 over none", tails, "ms", at_most=3),
        figures.plain("resident at most beside slow clients", max(peaks) / 1e6, " MB", at_most=150),
        _ended_figure(said),
        figures.plain("of a core the slow clients take themselves", share * 100, " %"),
    ]
