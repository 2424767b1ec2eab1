"""Databases with many subscribers, grown by SQL from one that the binary made."""

import contextlib
import os
import sqlite3

BATCH = 100_000

# Addresses are of the form and length of those that a load signs up,
# and in no order. There are no jobs: those of old sign-ups are done and were removed.
GROW = """
WITH RECURSIVE number (n) AS (VALUES (:first) UNION ALL SELECT n + 1 FROM number WHERE n < :last),
               address (email) AS (
                 SELECT printf('%08x.s0t%07d@example.org', random() & 4294967295, n) FROM number)
INSERT INTO subscribers (campaign_id, email, email_key, data, locale, created_at, mailed_at,
                         mails_window_at, mails_in_window)
SELECT campaigns.id, email, email, '{}', '', :now, :now, :now, 1
FROM address, campaigns WHERE slug = 'demo'
"""

# What the program keeps count of.
COUNT = """
UPDATE campaign_counters SET pending = pending + :rows
WHERE campaign_id = (SELECT id FROM campaigns WHERE slug = 'demo')
"""


def count(database):
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT count(*) FROM subscribers").fetchone()[0]


def grow(database, rows, progress=lambda done: None):
    """Adds subscribers until there are `rows`. No server may run."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        # What is lost in a crash is seeded anew; the file is as safe as any when this has ended.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -2000000")
        have = connection.execute("SELECT count(*) FROM subscribers").fetchone()[0]
        (now,) = connection.execute("SELECT CAST(strftime('%s') AS INTEGER) * 1000").fetchone()
        for first in range(have, rows, BATCH):
            last = min(first + BATCH, rows) - 1
            connection.execute("BEGIN")
            connection.execute(GROW, {"first": first, "last": last, "now": now})
            connection.execute(COUNT, {"rows": last + 1 - first})
            connection.execute("COMMIT")
            progress(last + 1)
        connection.execute("PRAGMA journal_mode = WAL")
    with open(database, "rb") as file:
        os.fsync(file.fileno())
