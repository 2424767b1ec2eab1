"""A long time under steady load: restarts, kills, a mail server that comes and goes, a clock that jumps."""

import collections
import dataclasses
import os
import pathlib
import random
import statistics
import time

from bench import mail_server as mail_settings
from harness import processes
from harness.processes import Failure
from harness.server import DATABASE, Server
from torture import clients, control, journal
from torture.journal import Journal, Lost
from torture.kills import IN_FLIGHT_SECONDS
from torture.mail_server import MailServer

CAMPAIGN_SECONDS = 45  # one fills while the one before it is finished, and that before is deleted
SAMPLE_SECONDS = 5
MAIL_UP, MAIL_DOWN = 25, 8
JUMP_EVERY = 70
HOUR = 3600
RATE = 60  # sign-ups a second, about
CLIENTS = 3

# What may grow: caches that were not full at the first quarter. More is a leak.
MOST_GROWTH = 1.25
MOST_DESCRIPTORS_MORE = 16
MOST_LOG = 80 << 20  # a checkpoint begins at 64 MiB
PATIENCE = 90


@dataclasses.dataclass(frozen=True)
class Sample:
    at: float  # seconds since the start of the soak
    life: int  # which process
    memory: int
    descriptors: int
    log: int
    database: int


class Soak:
    def __init__(self, session, children, mails, folder, seconds):
        self.session, self.children, self.mails, self.folder = session, children, mails, folder
        self.seconds = seconds
        self.faults = control.Faults(session.faults, folder)
        self.random = random.Random(session.seed)
        self.samples, self.killed_at, self.counts = [], {}, collections.Counter()
        self.campaigns, self.load, self.server = [], None, None
        self.clock = 0
        self.finished = 0

    def start(self):
        self.mails.epoch += 1
        settings = {
            **mail_settings.settings(self.mails.port),
            "queue.backoff_min": "1s",
            "queue.backoff_max": "5s",
            "queue.keep_finished": "1m",
            "queue.max_attempts": 100,
        }
        self.server = Server(
            self.session.binary, self.children, self.folder, settings,
            environment=self.faults.environment,
        )
        self.counts["starts"] += 1

    # ---- what happens at its time

    def turn_campaign(self):
        """A new one for the load; the one before it is finished, the one before that deleted."""
        self.stop_load()
        one = Journal(f"soak-{len(self.campaigns)}")
        body = {"slug": one.slug, "name": one.slug, "admin_email": one.organiser}
        self.server.ask("POST", "/api/v1/campaigns", body)
        self.campaigns.append(one)
        if len(self.campaigns) > 1:
            self.finish(self.campaigns[-2])
        if len(self.campaigns) > 2:
            past = self.campaigns[-3]
            past.check(self.server)
            self.server.ask("DELETE", f"/api/v1/campaigns/{past.slug}")
        self.start_load()

    def finish(self, one):
        one.check(self.server)
        if not one.verified:
            return
        answer = self.server.ask("POST", f"/finish_campaign?campaign={one.slug}")
        one.note_result(answer)
        self.counts["draws"] += 1

    def start_load(self):
        pause = CLIENTS / RATE
        self.load = clients.Load(
            self.server.port, self.campaigns[-1], self.mails, CLIENTS, pause
        )

    def stop_load(self):
        if self.load is None:
            return
        self.load.stop()
        if self.load.odd:
            raise Lost(f"an answer that nobody expects: {self.load.odd[0]}")
        self.load = None

    def restart(self, kill):
        self.stop_load()
        if kill:
            self.server.kill()
            self.killed_at[self.mails.epoch] = time.monotonic()
            self.counts["kills"] += 1
        else:
            self.server.stop()
        self.start()
        self.campaigns[-1].check(self.server)
        self.start_load()

    def flap(self, is_up):
        if is_up:
            greeting = self.random.choice([b"220 back", b"220 back", b"421 busy", b"554 no"])
            self.mails.come_back(greeting)
        else:
            self.mails.go_away()
            self.counts["mail outages"] += 1

    def jump(self):
        """Within a day: nothing that the load rests on expires."""
        self.clock = self.random.choice([-12, -3, -1, 0, 1, 3, 12]) * HOUR
        self.faults.set_clock(self.clock)
        self.counts["clock jumps"] += 1

    def sample(self, now):
        pid = self.server.pid
        sizes = [
            path.stat().st_size if path.exists() else 0
            for path in (self.folder / f"{DATABASE}-wal", self.folder / DATABASE)
        ]
        descriptors = len(os.listdir(pathlib.Path(f"/proc/{pid}/fd")))
        memory = processes.resident_bytes(pid)
        self.samples.append(Sample(now, self.mails.epoch, memory, descriptors, *sizes))

    def run(self):
        self.start()
        self.turn_campaign()
        began = time.monotonic()
        # One long life in the middle, to see whether it is flat; short ones before and after.
        restarts = [0.05, 0.1, 0.15, 0.9, 0.95]
        due = {"campaign": CAMPAIGN_SECONDS, "sample": 0, "mail": MAIL_UP, "clock": JUMP_EVERY}
        is_up = True
        while (now := time.monotonic() - began) < self.seconds:
            minutes, seconds = divmod(int(now), 60)
            self.session.progress(f"{minutes}:{seconds:02} of {self.seconds // 60} min")
            if due["sample"] <= now:
                due["sample"] = now + SAMPLE_SECONDS
                self.sample(now)
            if due["campaign"] <= now:
                due["campaign"] = now + CAMPAIGN_SECONDS
                self.turn_campaign()
            if due["mail"] <= now:
                is_up = not is_up
                self.flap(is_up)
                due["mail"] = now + (MAIL_UP if is_up else MAIL_DOWN)
            if due["clock"] <= now:
                due["clock"] = now + JUMP_EVERY
                self.jump()
            if restarts and restarts[0] * self.seconds <= now:
                self.restart(kill=len(restarts) % 2 == 0)
                restarts.pop(0)
            time.sleep(0.2)
        self.stop_load()

    def conclude(self):
        """The queue empties, and everything is compared."""
        self.mails.come_back()
        # What is in doubt, or was put off while the clock was ahead, is due then.
        self.faults.set_clock(20 * HOUR)
        self.restart_quietly()

        def is_empty():
            states = self.server.jobs()
            return states["ready"] + states["scheduled"] + states["running"] == 0

        processes.wait_until(is_empty, PATIENCE, "an empty queue", 0.2)
        mails = self.mails.mails()
        for one in self.campaigns[-2:]:
            one.check(self.server)
        for one in self.campaigns:
            # What was deleted has no mails to wait for; nobody else's may have come.
            mine = [mail for mail in mails if mail.recipient in one.asked | {one.organiser}]
            if one in self.campaigns[-2:]:
                one.check_mails(mine)
        self.counts["repeats"] = journal.repeats(
            mails, self.killed_at, IN_FLIGHT_SECONDS
        ).total()
        self.session.check_database(self.folder)
        self.server.stop()
        self.counts["mails"] = len(mails)

    def restart_quietly(self):
        self.server.stop()
        self.start()

    def longest_life(self):
        lives = collections.defaultdict(list)
        for sample in self.samples:
            lives[sample.life].append(sample)
        return max(lives.values(), key=len)


def _mib(size):
    return f"{size / 2**20:.1f} MiB"


def _judge(soak):
    """Lines about memory and descriptors; Lost if they grew."""
    life = soak.longest_life()
    quarter = max(1, len(life) // 4)
    if len(life) < 8:
        raise Failure("too short to tell whether memory is flat; give it more --minutes")
    early, late = life[quarter : 2 * quarter], life[-quarter:]
    for what, allowed in (("memory", None), ("descriptors", MOST_DESCRIPTORS_MORE)):
        before = statistics.median(getattr(one, what) for one in early)
        after = statistics.median(getattr(one, what) for one in late)
        most = before * MOST_GROWTH if allowed is None else before + allowed
        if after > most:
            raise Lost(f"{what} grew from {before} to {after}")
    log = max(one.log for one in soak.samples)
    if log > MOST_LOG:
        raise Lost(f"the log grew to {_mib(log)}")
    first, last = life[0], life[-1]
    minutes = (last.at - first.at) / 60
    yield (
        f"in one life of {minutes:.1f} min: memory {_mib(first.memory)} at its start,"
        f" {_mib(statistics.median(one.memory for one in early))} in its second quarter,"
        f" {_mib(last.memory)} at its end; descriptors {first.descriptors} and {last.descriptors}"
    )
    yield (
        f"log at most {_mib(log)}; database {_mib(first.database)} and {_mib(last.database)}"
    )


def run(session, minutes):
    """`minutes` of it; lines that tell what was found."""
    with session.children() as children, MailServer() as mails:
        folder = session.new_folder("soak")
        soak = Soak(session, children, mails, folder, minutes * 60)
        soak.run()
        yield from _judge(soak)
        soak.conclude()
        counts = soak.counts
        asked = sum(len(one.asked) for one in soak.campaigns)
        registered = sum(len(one.registered) for one in soak.campaigns)
        yield (
            f"{asked} sign-ups, {registered} acknowledged; {counts['draws']} draws;"
            f" {counts['starts']} starts, {counts['kills']} kills; {counts['mail outages']} mail"
            f" outages; {counts['clock jumps']} jumps of the clock; lost: 0"
        )
        yield f"{counts['mails']} mails, {counts['repeats']} repeats; the queue emptied"
        session.discard(folder)
