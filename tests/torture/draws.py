"""Kills the program at each step of a draw, with each kind of beacon, and looks whether its draw is
still the one that was begun.

A kill is aimed at a moment: the n-th fsync after the finish was asked for, a question to the relay,
a reply of the mail server. Which step it hit is told by the database that it left behind, of which a
copy is read.
"""

import collections
import contextlib
import dataclasses
import json
import random
import shutil
import sqlite3
import threading
import time
import urllib.error
import urllib.request

from bench import mail_server as mail_settings
from harness import processes, project
from harness.processes import Failure
from harness.server import DATABASE, Server
from torture import clients, control
from torture.drand_relay import DrandRelay
from torture.journal import Journal, Lost, without_states
from torture.mail_server import MailServer

PATIENCE = 60
PAUSE = 0.05  # between two looks whether a draw is over
WINNERS, ALTERNATES, ENTRANTS = 2, 1, 6
VALUE, OTHER_VALUE = "12345", "54321"  # of the public source
# The commits of a finish, until its first mails go out.
COMMITS = 10
ENOUGH = 60  # kills, after which each step must have been hit
SCRIPT = project.ROOT / "scripts" / "verify_draw.py"

BEACONS = {
    "none": {"kind": "none"},
    "drand": {"kind": "drand"},
    "public": {
        "kind": "public", "source": "what the test says", "format": "99999",
        "known_from": "2999-01-01T00:00:00Z",
    },
}
NO_DRAW, STOPPED, LISTED, SEALED = "not stopped", "stopped", "list stored", "sealed"
TOLD, DRAWN, MAILED = "sealed, value known", "drawn, mails queued", "drawn, mails on their way"
# What a run must have hit.
STEPS = {
    "none": (STOPPED, LISTED, SEALED, DRAWN, MAILED),
    "drand": (STOPPED, LISTED, SEALED, TOLD, DRAWN, MAILED),
    "public": (STOPPED, LISTED, SEALED, TOLD, DRAWN, MAILED),
}


# ---- moments: each arms what kills


def _at_commit(action, first):
    def arm(world, server, one):
        # Each in turn, so that no step is left to chance; but not one after the other, so that few
        # kills already hit different steps.
        turn = world.commits[action, one.beacon]
        world.commits[action, one.beacon] += 1
        number = (first - 1 + 3 * turn) % COMMITS + 1
        world.faults.arm(action, control.SYNC, control.LOG, number)

    return arm


def _at_random(world, server, one):
    threading.Timer(world.random.uniform(0, 0.6), server.process.kill).start()


def _at_relay(hook, prefix):
    def arm(world, server, one):
        def kill(path):
            if path.startswith(prefix):
                server.process.kill()

        setattr(world.relay, hook, kill)

    return arm


def _at_reply(hook):
    def arm(world, server, one):
        chosen = len(world.mails.mails()) + world.random.randint(1, ENTRANTS)

        def kill(count):
            if count == chosen:
                server.process.kill()

        setattr(world.mails, hook, kill)

    return arm


ANY_BEACON = {
    "before a commit's fsync": _at_commit(control.KILL_BEFORE, 1),
    "after a commit's fsync": _at_commit(control.KILL_AFTER, 2),
    "at random": _at_random,
    "before the mail server's 250": _at_reply("before_reply"),
    "after the mail server's 250": _at_reply("after_reply"),
}
DRAND = {
    "before the relay tells its chain": _at_relay("before_reply", "/info"),
    "before the relay tells the round": _at_relay("before_reply", "/public/"),
    "after the relay has told the round": _at_relay("after_reply", "/public/"),
}
# Commits come most often, because they reach every step.
_COMMITS = ("before a commit's fsync", "after a commit's fsync") * 3
_TURNS = {
    "none": _COMMITS + tuple(ANY_BEACON),
    "drand": _COMMITS + tuple(ANY_BEACON) + tuple(DRAND),
    "public": _COMMITS + tuple(ANY_BEACON),
}


@dataclasses.dataclass
class Draw:
    """One campaign, and what anybody has seen of its draw."""

    journal: Journal
    beacon: str
    results: list = dataclasses.field(default_factory=list)
    seal: bytes = b""  # as it was first published
    transcript: bytes = b""

    @property
    def slug(self):
        return self.journal.slug

    @property
    def witness(self):
        return f"witness@{self.slug}.example.org"


@dataclasses.dataclass
class World:
    """One database, over all kills."""

    session: object
    children: object
    folder: object
    faults: control.Faults
    mails: MailServer
    relay: DrandRelay
    random: random.Random
    draws: list = dataclasses.field(default_factory=list)
    commits: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    kills: collections.Counter = dataclasses.field(default_factory=collections.Counter)

    def start(self):
        self.mails.epoch += 1
        settings = {
            **mail_settings.settings(self.mails.port), **self.relay.settings,
            "queue.backoff_min": "200ms", "queue.backoff_max": "1s",
        }
        return Server(self.session.binary, self.children, self.folder, settings,
                      environment=self.faults.environment)

    def disarm(self):
        self.faults.disarm()
        self.mails.before_reply = self.mails.after_reply = lambda count: None
        self.relay.before_reply = self.relay.after_reply = lambda path: None


# ---- a draw


def _new_draw(world, server, beacon):
    slug = f"{beacon}-{len(world.draws)}"
    one = Draw(Journal(slug), beacon)
    server.ask("POST", "/api/v1/campaigns", {
        "slug": slug, "name": slug, "admin_email": one.journal.organiser, "winners": WINNERS,
        "alternates": ALTERNATES, "beacon": BEACONS[beacon], "draw_delay": "0s",
        "prizes": [{"name": "Cesta", "count": WINNERS, "value": "80 €"}],
        "witnesses": [one.witness], "notify_not_drawn": True,
    })
    world.draws.append(one)
    client = clients.Client(server.port)
    seen = len(world.mails.mails())
    for _ in range(ENTRANTS):
        clients.sign_up(client, one.journal, clients.new_address())

    def mails(kind):
        found = world.mails.mails(seen)
        return [mail for mail in found if mail.recipient in one.journal.asked and mail.kind == kind]

    processes.wait_until(lambda: len(mails("link")) >= ENTRANTS, PATIENCE, "the links")
    for mail in mails("link"):
        clients.verify(client, one.journal, mail)
    client.close()
    if len(one.journal.verified) != ENTRANTS:
        raise Failure(f"{slug}: {len(one.journal.verified)} of {ENTRANTS} verified")
    processes.wait_until(lambda: len(mails("receipt")) >= ENTRANTS, PATIENCE, "the receipts")
    # Also their last commit is over: what follows is the draw's.
    processes.wait_until(lambda: not _unfinished(server), PATIENCE, "an empty queue")
    return one


def _unfinished(server):
    states = server.jobs()
    return states["ready"] + states["scheduled"] + states["running"]


def _ask_for_result(server, one):
    """The result, if there is one. Failure if nobody answers."""
    path = f"/finish_campaign?campaign={one.slug}"
    status, answer = server.try_to_ask("POST", path)
    if status == 202 and answer.get("waiting_for") == "value":
        status, answer = server.try_to_ask("POST", f"{path}&value={VALUE}")
    if status == 200:
        one.results.append(without_states(answer))
        return answer
    if status != 202:
        raise Lost(f"{one.slug}: a finish was answered {status}: {json.dumps(answer)}")
    return None


def _finish(server, one):
    """Asks until there is a result, or nobody to ask."""
    with contextlib.suppress(Failure):
        while not _ask_for_result(server, one):
            time.sleep(PAUSE)


def _kill(world, server, one, what, arm):
    """Finishes, and kills meanwhile; the step that it hit."""
    arm(world, server, one)
    asking = threading.Thread(target=_finish, args=(server, one))
    asking.start()
    with contextlib.suppress(Failure):  # there may be fewer commits, questions or mails than chosen
        processes.wait_until(lambda: server.process.poll() is not None, 4, "the kill", 0.002)
    server.process.kill()
    server.process.wait(PATIENCE)
    asking.join()
    world.disarm()
    if server.process.returncode != -9:
        raise Failure(f"ended with status {server.process.returncode}: {server.said()[-500:]}")
    step = _step(world, one)
    world.kills[one.beacon, step] += 1
    return step


def _step(world, one):
    """How far the draw had come, by a copy of the database: to open it is to recover it."""
    place = world.folder / "copy"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for suffix in ("", "-wal"):
        if (world.folder / (DATABASE + suffix)).exists():
            shutil.copy2(world.folder / (DATABASE + suffix), place)
    with contextlib.closing(sqlite3.connect(place / DATABASE)) as database:
        def first(query):
            return database.execute(query, {"slug": one.slug}).fetchone()[0]

        campaign = "(SELECT id FROM campaigns WHERE slug = :slug)"
        one_campaign = "FROM campaigns WHERE slug = :slug"
        if first(f"SELECT finished_at {one_campaign}") is not None:
            mailed = first(
                f"SELECT count(*) FROM jobs WHERE campaign_id = {campaign} AND state = 'done'"
                " AND kind IN ('winner', 'admin_result', 'not_drawn')")
            return MAILED if mailed else DRAWN
        if first(f"SELECT count(*) FROM draws WHERE campaign_id = {campaign}"):
            if one.beacon == "public":
                return SEALED if first(f"SELECT beacon_value {one_campaign}") is None else TOLD
            beacon = first(f"SELECT beacon FROM draws WHERE campaign_id = {campaign}")
            return TOLD if json.loads(beacon).get("round") in world.relay.told else SEALED
        if first(f"SELECT finishing_at {one_campaign}") is None:
            return NO_DRAW
        chunks = first(f"SELECT count(*) FROM entrant_chunks WHERE campaign_id = {campaign}")
        return LISTED if chunks else STOPPED


# ---- after a kill: what anybody may have seen still holds


def _published(server, one, file):
    """Its bytes; None if it is not published yet."""
    url = f"{server.url}/c/{one.slug}/{file}"
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise Failure(f"{url}: {error.code}") from None


def _require(condition, one, message):
    if not condition:
        raise Lost(f"{one.slug}: {message}")


def _look(server, one):
    """Seal and transcript are the ones that were published before, if they were."""
    seal, transcript = _published(server, one, "seal.json"), _published(server, one, "draw.json")
    _require(not one.seal or seal == one.seal, one, "the seal is another one")
    _require(not one.transcript or transcript == one.transcript, one, "the draw is another one")
    one.seal, one.transcript = seal or b"", transcript or b""


def _complete(world, server, one):
    """Lets it come to its end, and checks all of that."""
    path = f"/finish_campaign?campaign={one.slug}"
    processes.wait_until(lambda: _ask_for_result(server, one), PATIENCE, f"{one.slug} finished", PAUSE)
    _look(server, one)
    _require(one.transcript, one, "no draw is published")
    for result in one.results:
        one.journal.check_result(result, WINNERS, ALTERNATES)
        one.journal.note_result(result)
    one.journal.check(server)
    transcript = json.loads(one.transcript)
    seal = json.dumps(transcript["seal"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    _require(seal == one.seal.decode().rstrip("\n"), one, "the draw is of another seal")
    status, answer = server.try_to_ask("POST", f"{path}&value={OTHER_VALUE}")
    expected = 409 if one.beacon == "public" else 422
    _require(status == expected, one, f"another value was answered {status}: {json.dumps(answer)}")
    if one.beacon == "public":
        _require(transcript["reveal"]["value"] == VALUE, one, "another value than ours was drawn with")
    _verify(world, one, transcript["seal"], _published(server, one, "leaves.txt"))


def _verify(world, one, seal, leaves):
    """Failure unless both verifiers say yes."""
    place = world.folder / "published"
    place.mkdir(exist_ok=True)
    files = {"draw.json": one.transcript, "seal.json": one.seal, "leaves.txt": leaves}
    for name, content in files.items():
        (place / name).write_bytes(content)
    arguments = ["draw.json", "--leaves", "leaves.txt", "--seal", "seal.json",
                 "--commitment", seal["commitment"], "--terms", seal["terms"]]
    for verifier in ([world.session.binary, "draw", "verify"], ["python3", SCRIPT]):
        processes.run([*verifier, *arguments], 60, cwd=place)


# ---- all of it


def _kill_and_complete(world, beacon, what, arm):
    server = world.start()
    one = _new_draw(world, server, beacon)
    _kill(world, server, one, what, arm)
    # Now and then the restart is killed, too: a draw that goes on is as fragile as a new one.
    while world.random.random() < 0.25:
        server = world.start()
        _look(server, one)
        _kill(world, server, one, "at random", _at_random)
    server = world.start()
    _look(server, one)
    _complete(world, server, one)
    server.stop()


def run(session, kills):
    """At least `kills` kills, with each kind of beacon in turn; lines that tell what was done."""
    moments = ANY_BEACON | DRAND
    with session.children() as children, MailServer() as mails, DrandRelay() as relay:
        folder = session.new_folder("draws")
        world = World(session, children, folder, control.Faults(session.faults, folder), mails,
                      relay, random.Random(session.seed))
        for number in range(2 * kills):
            if sum(world.kills.values()) >= kills and not (kills >= ENOUGH and _missed(world)):
                break
            beacon = list(BEACONS)[number % len(BEACONS)]
            turns = _TURNS[beacon]
            what = turns[number // len(BEACONS) % len(turns)]
            session.progress(f"draw {number + 1}, {beacon}: {what}")
            try:
                _kill_and_complete(world, beacon, what, moments[what])
            except Failure as failure:
                raise type(failure)(f"draw {number + 1}, {beacon}, {what}: {failure}") from None
        yield from _conclude(session, world, kills)
        session.discard(folder)


def _missed(world):
    """Steps that no kill has hit yet."""
    return [f"{beacon} when it was {step}" for beacon, steps in STEPS.items() for step in steps
            if not world.kills[beacon, step]]


def _conclude(session, world, kills):
    """Lets all mail go out, and compares everything once more."""
    session.progress("waiting for the mails")
    server = world.start()
    processes.wait_until(lambda: not _unfinished(server), 120, "an empty queue", 0.2)
    dead = server.jobs()["dead"]
    if dead:
        raise Lost(f"{dead} mails were given up")
    mails = world.mails.mails()
    for one in world.draws:
        _look(server, one)
        _check_mails(one, mails)
    session.check_database(world.folder)
    server.stop()
    for beacon in BEACONS:
        steps = {step: world.kills[beacon, step] for step in (NO_DRAW, *STEPS[beacon])
                 if world.kills[beacon, step]}
        told = ", ".join(f"{count} {step}" for step, count in steps.items())
        yield f"{sum(steps.values())} kills of draws with {beacon}: {told}"
    if kills >= ENOUGH and _missed(world):
        raise Failure(f"no kill hit a draw with {'; nor with '.join(_missed(world))}")
    yield (
        f"{sum(world.kills.values())} kills: {len(world.draws)} draws, each with one seal and one"
        " result that both verifiers accept; results, seals and mails lost: 0"
    )


def _check_mails(one, mails):
    """Everybody got each mail, and nobody two different ones of a kind."""
    got = collections.defaultdict(set)
    for mail in mails:
        got[mail.recipient].add(mail.message_id)
    alternates = {drawn["email"] for drawn in one.results[0]["alternates"]}
    # A link and a receipt; and then that one has won, or has not.
    expected = {email: 2 if email in alternates else 3 for email in one.journal.asked}
    expected |= {one.journal.organiser: 1, one.witness: 1}
    for recipient, count in expected.items():
        found = len(got[recipient])
        _require(found == count, one, f"{recipient} got {found} different mails, not {count}")
