"""How long a draw of many entrants takes, and what it costs others."""

import contextlib
import http.client
import shutil
import sqlite3
import statistics
import threading
import time

from bench import figures, load
from bench.measure_http import paused_server
from bench.measure_size import rows_text
from harness.processes import Failure
from harness.server import DATABASE

SLUG = "large"
ENTRANTS = 1_000_000
PATIENCE = 300  # seconds

# As verifications leave them; their mails are sent and gone.
ENTER = """
WITH RECURSIVE number (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM number WHERE n < :entrants)
INSERT INTO subscribers (campaign_id, email, email_key, data, locale, created_at, mailed_at,
                         mails_window_at, mails_in_window, verified_at, ticket, nonce)
SELECT campaigns.id, printf('entrant%07d@example.org', n), printf('entrant%07d@example.org', n),
       '{}', '', 0, 0, 0, 1, 1, n, randomblob(16)
FROM number, campaigns WHERE slug = :slug
"""
COUNT = """
UPDATE campaign_counters SET verified = :entrants, next_ticket = :entrants + 1
WHERE campaign_id = (SELECT id FROM campaigns WHERE slug = :slug)
"""


def _large_campaign(session):
    folder = session.new_folder("draw")
    with session.children() as children:
        server = paused_server(session, children, folder)
        server.ask("POST", "/api/v1/campaigns", {
            "slug": SLUG, "name": "Large", "admin_email": "admin@example.org",
            "winners": 10, "alternates": 10})
        server.stop()
    session.progress(f"seeding {rows_text(ENTRANTS)} entrants")
    values = {"entrants": ENTRANTS, "slug": SLUG}
    with contextlib.closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute(ENTER, values)
        connection.execute(COUNT, values)
    # Its first start, which indexes the addresses, is not what is measured.
    with session.children() as children:
        paused_server(session, children, folder).stop()
    return folder


def _finish(server):
    """Seconds from the request until there are winners."""
    began = time.monotonic()
    while time.monotonic() < began + PATIENCE:
        answer = server.ask("POST", f"/finish_campaign?campaign={SLUG}")
        if answer["status"] == "finished":
            if answer["entrants"] != ENTRANTS or len(answer["winners"]) != 10:
                raise Failure(f"finish_campaign: {answer['entrants']} entrants; expected {ENTRANTS}")
            return time.monotonic() - began
    raise Failure(f"finish_campaign: not finished in {PATIENCE} s")


class _Finish(threading.Thread):
    def __init__(self, server):
        super().__init__()
        self._server = server
        self.seconds = None
        self.start()

    def run(self):
        self.seconds = _finish(self._server)


def _fetch(server, path):
    """Bytes and seconds of an answer."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", path)
    size = len(connection.getresponse().read())
    connection.close()
    return size, time.monotonic() - began


def draw(session):
    """A draw of a million entrants, alone and beside sign-ups to another campaign."""
    seeded = _large_campaign(session)
    alone, beside, pairs, proofs, lists = [], [], [], [], []
    for _ in session.each_round("draw"):
        folder = session.new_folder("round")
        shutil.copytree(seeded, folder)
        with session.children() as children:
            server = paused_server(session, children, folder)
            alone.append(_finish(server))
            proofs.append(statistics.median(
                _fetch(server, f"/c/{SLUG}/proof?ticket={ticket}")[1] * 1000
                for ticket in range(1, ENTRANTS, ENTRANTS // 50)))
            size, seconds = _fetch(server, f"/c/{SLUG}/leaves.txt")
            if size != 65 * ENTRANTS:
                raise Failure(f"leaves.txt: {size} bytes; expected {65 * ENTRANTS}")
            lists.append(seconds)
            server.stop()
        session.discard(folder)

        folder = session.new_folder("round")
        shutil.copytree(seeded, folder)
        with session.children() as children:
            server = paused_server(session, children, folder)
            usual = load.stored_sign_ups(server, session.seconds)
            finish = _Finish(server)
            meanwhile = load.stored_sign_ups(server, max(1, round(alone[-1])), warm_up=0)
            finish.join()
            if finish.seconds is None:
                raise Failure("finish_campaign: failed beside sign-ups")
            pairs.append((meanwhile.rate, usual.rate))
            beside.append(finish.seconds)
            server.stop()
        session.discard(folder)
    session.discard(seeded)
    what = f"of {rows_text(ENTRANTS)} entrants"
    return [
        figures.plain(f"a finish {what}", statistics.median(alone), " s", at_most=10),
        figures.plain(f"a finish {what}, beside sign-ups", statistics.median(beside), " s"),
        figures.ratio("sign-ups during a finish over before", pairs, "a second", at_least=0.7),
        figures.plain(f"a proof {what}", statistics.median(proofs), " ms"),
        figures.plain(f"the list {what}, 65 MB", statistics.median(lists), " s"),
    ]
