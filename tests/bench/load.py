"""Loads on a server, made by wrk."""

import dataclasses
import itertools
import json
import pathlib

from harness import processes
from harness.processes import Failure

HERE = pathlib.Path(__file__).parent
THREADS = 2
CONNECTIONS = 64

_runs = itertools.count()


@dataclasses.dataclass(frozen=True)
class Load:
    """What one run of wrk found."""

    requests: int
    seconds: float
    p50: int  # microseconds
    p99: int
    failed: int
    refused: int

    @property
    def rate(self):
        return self.requests / self.seconds


def _wrk(script, url, seconds, connections, argument):
    threads = min(THREADS, connections)
    output = processes.run(
        ["wrk", f"-t{threads}", f"-c{connections}", f"-d{max(1, round(seconds))}s",
         "--timeout", "10s", "-s", HERE / script, url, "--", argument],
        timeout=seconds + 60,
        env={"LUA_PATH": f"{HERE}/?.lua;;", "PATH": "/usr/bin:/bin"},
    )
    load = Load(**json.loads(output.strip().splitlines()[-1]))
    if load.failed or load.refused:
        raise Failure(
            f"{script}: {load.failed} requests failed and {load.refused} were refused of"
            f" {load.requests}; expected none"
        )
    return load


def sign_ups(url, seconds, connections=CONNECTIONS):
    """Sign-ups at full speed; the server behind `url` may be another than ours."""
    return _wrk("sign_ups.lua", url, seconds, connections, f"r{next(_runs)}t")


def stored_sign_ups(server, seconds, connections=CONNECTIONS, warm_up=1):
    """The same, and each that was answered is looked for in the database."""
    if warm_up:
        sign_ups(server.url, warm_up, connections)
    before = sum(server.subscribers().values())
    load = sign_ups(server.url, seconds, connections)
    stored = sum(server.subscribers().values()) - before
    if stored < load.requests:
        raise Failure(f"{load.requests} sign-ups were answered and {stored} are stored")
    return load


def verifications(url, seconds, tokens):
    return _wrk("verifications.lua", url, seconds, CONNECTIONS, tokens)
