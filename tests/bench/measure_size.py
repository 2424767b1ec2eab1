"""What a large database, many connections or nothing to do cost."""

import http.client
import shutil
import socket
import statistics
import time

from bench import figures, load, seed
from bench.measure_http import paused_server
from harness import processes
from harness.processes import Failure
from harness.server import DATABASE, Server

SIZES = {100_000: None, 1_000_000: 0.7, 5_000_000: 0.6}  # rows: wanted share of the rate
CONNECTIONS = 10_000
IDLE_SECONDS = 10


def rows_text(rows):
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if rows and rows % unit == 0:
            return f"{rows // unit} {name}"
    return str(rows) if rows else "empty"


def _sizes(session):
    return sorted({rows for rows in SIZES if rows < session.rows} | {session.rows})


def grown_folder(session, rows):
    """A folder whose database has `rows` subscribers; made once a run."""
    if rows in session.grown:
        return session.grown[rows]
    folder = session.new_folder(f"rows{rows}")
    smaller = max((size for size in session.grown if size < rows), default=0)
    if smaller:
        folder.mkdir()
        shutil.copyfile(session.grown[smaller] / DATABASE, folder / DATABASE)
    else:
        with session.children() as children:
            paused_server(session, children, folder).stop()
    seed.grow(
        folder / DATABASE,
        rows,
        lambda done: session.progress(f"seeding {figures.number(done)} of {figures.number(rows)}"),
    )
    # Its first start, which indexes the addresses, is not what is measured.
    with session.children() as children:
        paused_server(session, children, folder).stop()
    session.grown[rows] = folder
    return folder


def _rate(session, folder):
    with session.children() as children:
        server = paused_server(session, children, folder)
        rate = load.stored_sign_ups(server, session.seconds).rate
        server.stop()
    return rate


def rows(session):
    """Sign-ups into a large database beside sign-ups into an empty one."""
    folders = {rows: grown_folder(session, rows) for rows in _sizes(session)}
    rates = {rows: [] for rows in (0, *folders)}
    for _ in session.each_round("rows"):
        empty = session.new_folder("empty")
        rates[0].append(_rate(session, empty))
        session.discard(empty)
        for rows, folder in folders.items():
            rates[rows].append(_rate(session, folder))
    session.series["rows"] = [
        (rows_text(rows), statistics.median(values)) for rows, values in rates.items()
    ]
    return [
        figures.ratio(
            f"sign-ups at {rows_text(rows)} rows over empty",
            list(zip(rates[rows], rates[0])),
            "a second",
            at_least=SIZES.get(rows),
        )
        for rows in folders
    ]


def _is_ready(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def start(session):
    """From the command to the first /readyz that is well, with a large database."""
    folder = grown_folder(session, session.rows)
    times = []
    for _ in session.each_round("start"):
        began = time.monotonic()
        with session.children() as children:
            server = Server(session.binary, children, folder)
            processes.wait_until(lambda: _is_ready(server.port), 60, "/readyz", 0.005)
            times.append(time.monotonic() - began)
            server.stop()
    what = f"start with {rows_text(session.rows)} rows"
    return [figures.plain(what, statistics.median(times), " s", at_most=2)]


def _open(port, count, request):
    """Connections of which each has had `request` answered, if there is one."""
    connections = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", port), 10)
        connections.append(connection)
        if request:
            connection.sendall(request)
            if not connection.recv(4096).startswith(b"HTTP/1.1 200"):
                raise Failure("GET /healthz: is not well")
    return connections


def _resident(session, count, request=b""):
    """Bytes of a server that has `count` idle connections."""
    folder = session.new_folder("memory")
    with session.children() as children:
        server = Server(session.binary, children, folder)
        connections = _open(server.port, count, request)
        time.sleep(1)
        resident = processes.resident_bytes(server.pid)
        for connection in connections:
            connection.setblocking(False)
            try:
                connection.recv(1)
            except BlockingIOError:
                connection.close()
            else:
                raise Failure(f"not all of {count} idle connections are kept")
        server.stop()
    session.discard(folder)
    return resident / 1e6


def memory(session):
    """Resident memory, with no connection and with many idle ones."""
    processes.need_descriptors(CONNECTIONS + 100)
    session.progress("memory")
    many = f"with {figures.number(CONNECTIONS)} connections"
    answered = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    return [
        figures.plain("resident after start", _resident(session, 0), " MB", at_most=25),
        figures.plain(f"{many}, only opened", _resident(session, CONNECTIONS), " MB", at_most=100),
        figures.plain(
            f"{many}, kept after a request",
            _resident(session, CONNECTIONS, answered),
            " MB",
            at_most=100,
        ),
    ]


def queue_idle(session):
    """What a server costs that has nothing to do."""
    session.progress("queue_idle")
    folder = session.new_folder("queue_idle")
    with session.children() as children:
        server = Server(session.binary, children, folder)
        time.sleep(1)
        used, woken = processes.cpu_seconds(server.pid), processes.wake_ups(server.pid)
        time.sleep(IDLE_SECONDS)
        used = processes.cpu_seconds(server.pid) - used
        woken = processes.wake_ups(server.pid) - woken
        server.stop()
    session.discard(folder)
    shown = f"{used * 1000:.0f} ms, {woken} times awake"
    return [figures.Figure(f"processor time in {IDLE_SECONDS} s without work", used, shown)]
