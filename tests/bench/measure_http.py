"""How fast requests are answered."""

import statistics
import subprocess

from bench import figures, load, seed, tokens
from harness import processes
from harness.processes import Failure
from harness.server import DATABASE, Server, raw_answer

# Verifications may be faster than sign-ups; beyond this the tokens run out and a load ends early.
TOKENS_PER_SIGN_UP = 1.5
MAX_TOKENS = 1_000_000

LATENCY_CONNECTIONS = (1, 4, 16, 64, 256)


class _ConstantServer:
    """cpp-httplib with a constant answer of a given size."""

    def __init__(self, session, children, answer_bytes, body_bytes):
        bare = self._start(session, children, body_bytes, 1)
        bare_bytes, _ = raw_answer(self.port, b"{}")
        processes.end(bare)
        self._start(session, children, body_bytes, max(1, answer_bytes - bare_bytes + 1))
        self.url = f"http://127.0.0.1:{self.port}"
        size, _ = raw_answer(self.port, b"{}")
        if size != answer_bytes:
            raise Failure(f"constant_server: answers {size} bytes; expected {answer_bytes}")

    def _start(self, session, children, body_bytes, header_bytes):
        program = session.comparators["constant_server"]
        process = children.start([program, body_bytes, header_bytes], stdout=subprocess.PIPE)
        self.port = int(process.stdout.readline())
        return process


def paused_server(session, children, folder, **options):
    server = Server(session.binary, children, folder, **options)
    server.pause()
    return server


def signups(session):
    """Durable sign-ups beside a constant answer, each by an HTTP server on this machine."""
    pairs, latencies = [], []
    for _ in session.each_round("signups"):
        folder = session.new_folder("signups")
        with session.children() as children:
            server = paused_server(session, children, folder)
            answer_bytes, body_bytes = server.sign_up("00000000.r0t0000000@example.org")
            constant = _ConstantServer(session, children, answer_bytes, body_bytes)
            own = load.stored_sign_ups(server, session.seconds)
            load.sign_ups(constant.url, 1)
            other = load.sign_ups(constant.url, session.seconds)
            server.stop()
        pairs.append((own.rate, other.rate))
        latencies.append(own.p99)
        session.discard(folder)
    return [figures.ratio("sign-ups over a constant answer", pairs, "a second", at_least=0.7)]


def _estimated_rate(session):
    folder = session.new_folder("estimate")
    with session.children() as children:
        server = paused_server(session, children, folder)
        load.sign_ups(server.url, 1)
        rate = load.sign_ups(server.url, 1).rate
        server.stop()
    session.discard(folder)
    return rate


def _write_slices(folder, all_tokens, rounds):
    """A file of tokens for each thread of each round."""
    size = len(all_tokens) // (rounds * load.THREADS)
    for index in range(rounds * load.THREADS):
        number, thread = divmod(index, load.THREADS)
        with open(folder / f"tokens{number + 1}.{thread}", "w", encoding="ascii") as file:
            file.writelines(token + "\n" for token in all_tokens[index * size : (index + 1) * size])


def verifications(session):
    """Verifications beside sign-ups, in turn on one database."""
    rate = _estimated_rate(session)
    wanted = min(MAX_TOKENS, int(rate * session.seconds * session.rounds * TOKENS_PER_SIGN_UP))
    folder = session.new_folder("verifications")
    with session.children() as children:
        paused_server(session, children, folder).stop()
        seed.grow(folder / DATABASE, wanted)
        _write_slices(folder, tokens.of_pending(folder / DATABASE), session.rounds)
        server = paused_server(session, children, folder)
        pairs = []
        for number in session.each_round("verifications"):
            sign_up = load.stored_sign_ups(server, session.seconds)
            before = server.subscribers()["verified"]
            verify = load.verifications(server.url, session.seconds, folder / f"tokens{number}")
            verified = server.subscribers()["verified"] - before
            # Requests beyond the last token are answered too, but verify nobody.
            if verified < verify.requests - load.CONNECTIONS:
                raise Failure(f"{verify.requests} were answered and {verified} are verified")
            pairs.append((verify.rate, sign_up.rate))
        server.stop()
    session.discard(folder)
    return [figures.ratio("verifications over sign-ups", pairs, "a second", at_least=0.8)]


def latency(session):
    """How long a sign-up takes at full speed, by the number of connections."""
    folder = session.new_folder("latency")
    found = {connections: [] for connections in LATENCY_CONNECTIONS}
    with session.children() as children:
        server = paused_server(session, children, folder)
        for _ in session.each_round("latency"):
            for connections, loads in found.items():
                loads.append(load.stored_sign_ups(server, session.seconds, connections))
        server.stop()
    session.discard(folder)
    session.series["latency"] = points = [
        (
            str(connections),
            statistics.median(each.p50 for each in loads) / 1000,
            statistics.median(each.p99 for each in loads) / 1000,
        )
        for connections, loads in found.items()
    ]
    return [
        figures.Figure(
            f"p50 / p99 at {connections} connection{'s' if connections != '1' else ''}",
            p99,
            f"{figures.number(p50)} / {figures.number(p99)} ms",
        )
        for connections, p50, p99 in points
    ]
