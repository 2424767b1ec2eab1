"""Kills the program under load at chosen and at random moments, and compares with a journal."""

import collections
import dataclasses
import random
import threading
import time

from bench import mail_server as mail_settings
from harness import processes
from harness.processes import Failure
from harness.server import Server
from torture import clients, control, journal
from torture.journal import Journal, Lost
from torture.mail_server import MailServer

# A mail that comes again was accepted at most so long before the kill: its result is stored within
# milliseconds, but this machine may be busy.
IN_FLIGHT_SECONDS = 3
ROUNDS_OF_A_CAMPAIGN = 10
PATIENCE = 30
WINNERS, ALTERNATES, ENTRANTS = 2, 1, 6


@dataclasses.dataclass
class World:
    """One database, over all kills."""

    binary: object
    children: object
    folder: object
    faults: control.Faults
    mails: MailServer
    random: random.Random
    journals: list = dataclasses.field(default_factory=list)
    killed_at: dict = dataclasses.field(default_factory=dict)  # by MailServer.epoch
    kills: collections.Counter = dataclasses.field(default_factory=collections.Counter)

    def start(self):
        self.mails.epoch += 1
        settings = {
            **mail_settings.settings(self.mails.port),
            "queue.backoff_min": "200ms",
            "queue.backoff_max": "1s",
        }
        return Server(
            self.binary, self.children, self.folder, settings, environment=self.faults.environment
        )

    def new_campaign(self, server, slug, **settings):
        one = Journal(slug)
        body = {"slug": slug, "name": slug, "admin_email": one.organiser, **settings}
        server.ask("POST", "/api/v1/campaigns", body)
        self.journals.append(one)
        return one

    def note_kill(self, server, what):
        """After it died. By itself it must not end."""
        server.process.wait(PATIENCE)
        self.killed_at[self.mails.epoch] = time.monotonic()
        if server.process.returncode != -9:
            raise Failure(f"ended with status {server.process.returncode}: {server.said()[-500:]}")
        self.kills[what] += 1
        self.faults.disarm()
        self.mails.before_reply = self.mails.after_reply = lambda count: None


# ---- moments under load: each arms what kills, or kills


def at_random(world, server):
    time.sleep(world.random.uniform(0.0, 0.5))
    server.process.kill()


def _at_call(action, call, file, most):
    def arm(world, server):
        world.faults.arm(action, call, file, world.random.randint(1, most))

    return arm


def _at_reply(hook):
    def arm(world, server):
        chosen = len(world.mails.mails()) + world.random.randint(1, 60)

        def kill(count):
            if count == chosen:
                server.process.kill()

        setattr(world.mails, hook, kill)

    return arm


UNDER_LOAD = {
    "at random": at_random,
    "in a write to the log": _at_call(control.KILL_HALFWAY, control.WRITE, control.LOG, 300),
    "before a commit's fsync": _at_call(control.KILL_BEFORE, control.SYNC, control.LOG, 60),
    "after a commit's fsync": _at_call(control.KILL_AFTER, control.SYNC, control.LOG, 60),
    "before the mail server's 250": _at_reply("before_reply"),
    "after the mail server's 250": _at_reply("after_reply"),
}
# It begins a second after the load has ended, and may copy no more than some ten pages.
IN_A_CHECKPOINT = {
    "in a checkpoint's write": _at_call(
        control.KILL_HALFWAY, control.WRITE, control.DATABASE_FILE, 8
    ),
    "before a checkpoint's fsync": _at_call(
        control.KILL_BEFORE, control.SYNC, control.DATABASE_FILE, 1
    ),
}
IN_A_FINISH = ("in a finish, before an fsync", "in a finish, after an fsync", "in a finish, at random")
KINDS = (*UNDER_LOAD, *IN_A_CHECKPOINT, *IN_A_FINISH)


def _kill_under_load(world, what):
    server = world.start()
    number = sum(world.kills.values())
    if number // ROUNDS_OF_A_CAMPAIGN >= sum(1 for one in world.journals if one.slug[0] == "l"):
        world.new_campaign(server, f"load-{number}")
    current = [one for one in world.journals if one.slug[0] == "l"][-1]
    current.check(server)
    load = clients.Load(server.port, current, world.mails)
    try:
        if what in UNDER_LOAD:
            UNDER_LOAD[what](world, server)
            _wait_for_death(server, PATIENCE)
        else:
            time.sleep(world.random.uniform(0.1, 0.3))
    finally:
        load.stop()
    if what in IN_A_CHECKPOINT:
        IN_A_CHECKPOINT[what](world, server)
        _wait_for_death(server, PATIENCE)
    if load.odd:
        raise Lost(f"an answer that nobody expects: {load.odd[0]}")
    world.note_kill(server, what)


def _wait_for_death(server, seconds):
    processes.wait_until(lambda: server.process.poll() is not None, seconds, "the kill", 0.002)


def _kill_in_a_finish(world, what):
    server = world.start()
    slug = f"finish-{sum(world.kills.values())}"
    one = world.new_campaign(server, slug, winners=WINNERS, alternates=ALTERNATES)
    _fill(world, server, one)
    if what == "in a finish, at random":
        moment = world.random.uniform(0, 0.02)
    else:
        before = what == "in a finish, before an fsync"
        action = control.KILL_BEFORE if before else control.KILL_AFTER
        world.faults.arm(action, control.SYNC, control.LOG, world.random.randint(1, 6))
        moment = 2  # the draw and its mails may need fewer commits than were chosen
    asking = threading.Thread(target=_finish, args=(server, one))
    asking.start()
    time.sleep(0 if moment == 2 else moment)
    try:
        if moment == 2:
            _wait_for_death(server, moment)
    except Failure:
        pass
    server.process.kill()
    asking.join()
    world.note_kill(server, what)

    server = world.start()
    result = processes.wait_until(lambda: _finish(server, one), PATIENCE, f"{slug} finished")
    one.check_result(result, WINNERS, ALTERNATES)
    one.check(server)
    server.stop()


def _fill(world, server, one):
    """Verified entrants; what they did is stored and told, mails included."""
    client = clients.Client(server.port)
    seen = len(world.mails.mails())
    for _ in range(ENTRANTS):
        clients.sign_up(client, one, clients.new_address())
    def mails():
        return [mail for mail in world.mails.mails(seen) if mail.recipient in one.asked]
    processes.wait_until(lambda: len(mails()) >= ENTRANTS, PATIENCE, "the mails of a new campaign")
    for mail in mails():
        clients.verify(client, one, mail)
    client.close()
    if len(one.verified) != ENTRANTS:
        raise Failure(f"{one.slug}: {len(one.verified)} of {ENTRANTS} verified")


def _finish(server, one):
    """The result, if the answer holds one."""
    try:
        status, answer = server.try_to_ask("POST", f"/finish_campaign?campaign={one.slug}")
    except Failure:
        return None
    if status != 200:
        return None
    one.note_result(answer)
    return answer


def run(session, kills):
    """`kills` kills of all kinds in turn; lines that tell what was done."""
    with session.children() as children, MailServer() as mails:
        folder = session.new_folder("kills")
        world = World(
            session.binary,
            children,
            folder,
            control.Faults(session.faults, folder),
            mails,
            random.Random(session.seed),
        )
        for number in range(kills):
            what = KINDS[number % len(KINDS)]
            session.progress(f"kill {number + 1} of {kills}: {what}")
            try:
                (_kill_in_a_finish if what in IN_A_FINISH else _kill_under_load)(world, what)
            except Failure as failure:
                raise type(failure)(f"kill {number + 1}, {what}: {failure}") from None
        yield from _conclude(session, world)
        session.discard(folder)


def _conclude(session, world):
    """Lets all mail go out, and compares everything once more."""
    session.progress("waiting for the mails")
    server = world.start()

    def is_empty():
        states = server.jobs()
        return states["ready"] + states["scheduled"] + states["running"] == 0

    processes.wait_until(is_empty, 120, "an empty queue", 0.2)
    dead = server.jobs()["dead"]
    if dead:
        raise Lost(f"{dead} mails were given up")
    mails = world.mails.mails()
    for one in world.journals:
        one.check(server)
        one.check_mails([mail for mail in mails if mail.recipient in one.asked | {one.organiser}])
    found = journal.repeats(mails, world.killed_at, IN_FLIGHT_SECONDS)
    session.check_database(world.folder)
    server.stop()
    asked = sum(len(one.asked) for one in world.journals)
    registered = sum(len(one.registered) for one in world.journals)
    verified = sum(len(one.verified) for one in world.journals)
    results = sum(len(one.results[:1]) for one in world.journals)
    for what, count in world.kills.items():
        yield f"{count} kills {what}"
    yield (
        f"{sum(world.kills.values())} kills: {asked} sign-ups asked for, {registered} acknowledged,"
        f" {verified} verified, {results} draws; lost: 0"
    )
    yield (
        f"{len(mails)} mails accepted, {sum(found.values())} of them repeats, at most"
        f" {max(found.values(), default=0)} after one kill"
    )
