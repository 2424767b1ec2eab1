"""Verification tokens, made as the program makes them (src/domain/token.cpp)."""

import base64
import contextlib
import hmac
import random
import sqlite3
import struct
import time

VERSION = 1


def _token(secret, campaign_id, subscriber_id, email_key, issued_at):
    text = f"promotions/token/v1\nverify\n{campaign_id}\n{subscriber_id}\n{issued_at}\n{email_key}"
    mac = hmac.digest(secret, text.encode(), "sha256")
    token = struct.pack(">Bqq", VERSION, subscriber_id, issued_at) + mac
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


def of_pending(database):
    """A token for each pending subscriber, in no order, as links are opened. No server may run."""
    now = int(time.time() * 1000)
    with contextlib.closing(sqlite3.connect(database)) as connection:
        settings = connection.execute("SELECT value FROM settings WHERE name = 'secret'")
        (secret,) = settings.fetchone()
        rows = connection.execute(
            "SELECT campaign_id, id, email_key FROM subscribers WHERE verified_at IS NULL"
        )
        tokens = [_token(secret, *row, now) for row in rows]
    random.shuffle(tokens)
    return tokens
