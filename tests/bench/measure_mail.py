"""How fast mail leaves."""

import statistics
import time

from bench import figures, load, mail_server
from bench.measure_http import paused_server
from harness import processes
from harness.server import Server

MAILS_PER_SECOND_OF_LOAD = 4_000  # 20 000 by default: some seconds of sending
LONGEST_DRAIN = 60  # seconds
ROUND_TRIP = 50  # milliseconds
LINK_MAILS_PER_SECOND = 250  # more than any line of the measurement takes


def _fill(server, count):
    """Signs up at least `count` while mail is paused."""
    while server.jobs()["ready"] < count:
        load.sign_ups(server.url, 1)


def mail_flowing(session):
    """Sign-ups while their mails leave, beside sign-ups while mail is paused."""
    pairs, mail_rates = [], []
    for _ in session.each_round("mail_flowing"):
        rates = []
        for paused in (False, True):
            folder = session.new_folder("mail_flowing")
            with session.children() as children:
                sink = mail_server.Sink(children)
                server = Server(session.binary, children, folder, mail_server.settings(sink.port))
                if paused:
                    server.pause()
                load.sign_ups(server.url, 1)
                began, before = time.monotonic(), server.jobs()["done"]
                rates.append(load.stored_sign_ups(server, session.seconds, warm_up=0).rate)
                if not paused:
                    sent = server.jobs()["done"] - before
                    mail_rates.append(sent / (time.monotonic() - began))
                server.stop()
            session.discard(folder)
        pairs.append(rates)
    return [
        figures.ratio("sign-ups while mail flows over paused", pairs, "a second", at_least=0.5),
        figures.plain("mails meanwhile", statistics.median(mail_rates), "/s", at_least=1),
    ]


def _drain_rate(server):
    """Resumes, and waits until the queue is empty, or long enough; mails a second."""
    before = server.jobs()
    began = time.monotonic()
    server.resume()
    while True:
        jobs = server.jobs()
        left, took = jobs["ready"] + jobs["running"] + jobs["scheduled"], time.monotonic() - began
        sent = jobs["done"] - before["done"]
        if left == 0 or took > LONGEST_DRAIN:
            break
        # Seldom, so that asking costs nothing, but often when the end is near.
        time.sleep(min(0.5, max(0.02, left * took / max(sent, 1) / 2)))
    if left == 0 and sent < before["ready"]:
        raise processes.Failure(f"only {sent} of {before['ready']} mails were sent")
    return sent / took


def _one_mail(session):
    """A file with the mail of a sign-up."""
    folder = session.new_folder("mail")
    with session.children() as children:
        server = Server(session.binary, children, folder)
        server.sign_up("00000000.r0t0000000@example.org")
        processes.wait_until(lambda: server.jobs()["done"] == 1, 10, "one mail")
        server.stop()
    return next((folder / "outbox").glob("*.eml"))


def mails(session):
    """A full queue beside libcurl in a bare loop, both to the same mail server."""
    mail = _one_mail(session)
    pairs = []
    for _ in session.each_round("mails"):
        folder = session.new_folder("mails")
        with session.children() as children:
            sink = mail_server.Sink(children)
            settings = mail_server.settings(sink.port)
            server = paused_server(session, children, folder, settings=settings)
            _fill(server, MAILS_PER_SECOND_OF_LOAD * session.seconds)
            own = _drain_rate(server)
            server.stop()
            loop = session.comparators["libcurl_loop"]
            other = processes.run([loop, sink.port, 4, session.seconds, mail], session.seconds + 30)
        pairs.append((own, float(other)))
        session.discard(folder)
    session.discard(mail.parent.parent)
    return [figures.ratio("mails over a bare libcurl loop", pairs, "a second", at_least=0.6)]


def _long_line(children):
    """The prefix of commands on a line with such round trips, or None where there can be none."""
    try:
        return mail_server.LongLine(children, ROUND_TRIP / 2).prefix
    except processes.Failure:
        return None


def _rate_on_line(session, folder, connections, prefix):
    """Mails a second to a server that is ROUND_TRIP away, when all connections are in use."""
    with session.children() as children:
        if prefix:
            sink = mail_server.Sink(children, prefix)
        else:
            sink = mail_server.DelayingSink(children, ROUND_TRIP)
        settings = mail_server.settings(sink.port, connections)
        server = Server(session.binary, children, folder, settings, prefix or ())
        server.resume()
        processes.wait_until(lambda: server.jobs()["done"] > 0, 20, "the first mail")
        time.sleep(1)
        began, before = time.monotonic(), server.jobs()["done"]
        time.sleep(max(3, session.seconds))
        jobs, took = server.jobs(), time.monotonic() - began
        if jobs["ready"] == 0:
            raise processes.Failure("the queue ran empty")
        server.pause()
        server.stop()
    return (jobs["done"] - before) / took


def link(session):
    """Mail over a line with round trips of 50 ms: 32 connections beside 4."""
    folder = session.new_folder("link")
    with session.children() as children:
        server = paused_server(session, children, folder)
        _fill(server, LINK_MAILS_PER_SECOND * (session.seconds + 5) * session.rounds)
        server.stop()
        prefix = _long_line(children)
        pairs = [
            [_rate_on_line(session, folder, connections, prefix) for connections in (32, 4)]
            for _ in session.each_round("link")
        ]
    session.discard(folder)
    way = "by tc netem" if prefix else "by a sink with late replies"
    what = f"mails by 32 over 4 connections, {ROUND_TRIP} ms away {way}"
    return [figures.ratio(what, pairs, "a second", at_least=6)]
