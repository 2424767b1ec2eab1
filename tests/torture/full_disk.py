"""A small file system that really fills, and has room again."""

import ctypes
import errno
import os
import sys

from harness import processes
from harness.processes import Failure
from harness.server import DATABASE, EndedEarly, Server
from torture import clients
from torture.journal import Journal, Lost
from torture.storage_faults import require_clear_end

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000

SIZE = 10 << 20
BALLAST = 2 << 20
BIG = {"note": "n" * 3000}
MOST_SIGN_UPS = 10_000
SOON = 10
FILLER = "filler"


class Skipped(Exception):
    """The test cannot be made here. The text says why."""


_libc = ctypes.CDLL(None, use_errno=True)


def _call(name, *arguments):
    if getattr(_libc, name)(*arguments) != 0:
        error = ctypes.get_errno()
        raise Failure(f"{name}: {os.strerror(error)}; a mount namespace of our own is needed")


def _enter_own_namespace():
    """Mounts made from now on are seen by this process and its children alone."""
    user, group = os.getuid(), os.getgid()
    if user == 0:
        _call("unshare", CLONE_NEWNS)
    else:
        _call("unshare", CLONE_NEWUSER | CLONE_NEWNS)
        for name, line in (
            ("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")
        ):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(line)
    try:
        _call("mount", None, b"/", None, MS_REC | MS_PRIVATE, None)
    except Failure:
        # What is mounted below such a root could be seen outside.
        if ctypes.get_errno() == errno.EINVAL:
            raise Skipped("the root folder is no mount point, as in a plain chroot") from None
        raise


def _mount(folder, size):
    folder.mkdir(parents=True)
    _call("mount", b"tmpfs", os.fsencode(folder), b"tmpfs", 0, f"size={size}".encode())


def run(session):
    """Runs in a process of its own, for the sake of the mount; lines that tell what was done."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        status = 1
        try:
            with os.fdopen(write, "w") as lines:
                try:
                    _enter_own_namespace()
                    for line in _fill_and_make_room(session):
                        print(line, file=lines)
                except Skipped as why:
                    print(f"skipped: {why}", file=lines)
            status = 0
        except (Failure, OSError) as failure:
            print(f"torture: full_disk: {failure}", file=sys.stderr, flush=True)
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read) as lines:
        yield from (line.rstrip("\n") for line in lines)
    if os.waitpid(child, 0)[1] != 0:
        raise Failure("see above")


def _fill_and_make_room(session):
    folder = session.new_folder("full")
    disk = folder / "disk"
    _mount(disk, SIZE)
    settings = {"mail.directory": folder / "outbox"}
    journal = Journal("demo")
    with session.children() as children:
        server = Server(session.binary, children, disk, settings, log=folder / "log")
        ballast, second_ballast = disk / "ballast", disk / "second-ballast"
        for one in (ballast, second_ballast):
            one.write_bytes(bytes(BALLAST))
        client = clients.Client(server.port)
        _fill(session, client, journal)
        _expect_unavailable(server, disk, client, journal)
        stored = len(journal.registered)
        yield f"full after {stored} sign-ups: 503 storage_unavailable, /readyz 503, reads go on"

        ballast.unlink()
        (disk / FILLER).unlink()
        processes.wait_until(client.is_ready, SOON, "/readyz with room again")
        for _ in range(20):
            _expect(clients.sign_up(client, journal, clients.new_address()), 202)
        journal.check(server)
        yield "room again: it went on by itself, nothing was lost"

        _fill(session, client, journal)
        server.kill()
        yield _start_on_full_disk(session, children, folder, settings)
        second_ballast.unlink()
        (disk / FILLER).unlink()
        server = Server(session.binary, children, disk, settings, log=folder / "log")
        journal.check(server)
        session.check_database(disk)
        server.stop()
        yield f"killed while it was full: all {len(journal.registered)} sign-ups are there"


def _fill(session, client, journal):
    for number in range(MOST_SIGN_UPS):
        session.progress(f"filling: {number} sign-ups")
        answer = clients.sign_up(client, journal, clients.new_address(), BIG)
        if answer is None or answer[0] != 202:
            return _expect(answer, 503, "storage_unavailable")
    raise Failure(f"{MOST_SIGN_UPS} sign-ups fit into {SIZE} bytes")


def _fill_up(disk):
    """To the last block, so that not even a small write has room."""
    with open(disk / FILLER, "ab", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(4096))
        except OSError:
            pass


def _expect(answer, status, code=None):
    if answer is None or answer[0] != status or (code and answer[1].get("code") != code):
        raise Lost(f"answered {answer}; expected {status} {code or ''}")


def _refused(disk, client, journal):
    """The first answer that is no yes: the program finds room in its own files for some more."""
    for _ in range(MOST_SIGN_UPS):
        _fill_up(disk)
        answer = clients.sign_up(client, journal, clients.new_address(), BIG)
        if answer is None or answer[0] != 202:
            return answer
    raise Failure("sign-ups go on on a full disk")


def _expect_unavailable(server, disk, client, journal):
    _expect(_refused(disk, client, journal), 503, "storage_unavailable")
    if client.retry_after is None:
        raise Lost("a 503 without Retry-After")
    # A yes is remembered for a second.
    processes.wait_until(lambda: not client.is_ready(), SOON, "/readyz saying no on a full disk")
    for path in ("/healthz", f"/api/v1/campaigns/{journal.slug}", "/api/v1/queue"):
        server.ask("GET", path)


def _start_on_full_disk(session, children, folder, settings):
    """A start may need room. Then it says so."""
    disk = folder / "disk"
    _fill_up(disk)
    try:
        Server(session.binary, children, disk, settings, log=folder / "log").kill()
        return "a start on a full disk: it serves"
    except EndedEarly as ended:
        require_clear_end(ended.status, ended.text)
        if not (disk / DATABASE).exists():
            raise Lost("a start on a full disk removed the database") from None
        return f"a start on a full disk: refused with status {ended.status}"
