"""What clients were told, and whether the server still knows it."""

import collections
import threading

from harness.processes import Failure

PAGE = 1000


class Lost(Failure):
    """Something that was acknowledged is not there, or something is there that nobody asked for."""


def _require(condition, message, *names):
    if not condition:
        shown = ", ".join(sorted(map(str, *names))[:5]) if names else ""
        raise Lost(f"{message}{': ' if shown else ''}{shown}")


class Journal:
    """Of one campaign. Thread-safe. Each address signs up once."""

    def __init__(self, slug):
        self.slug = slug
        self.organiser = f"organiser@{slug}.example.org"
        self._lock = threading.Lock()
        self.asked = set()  # addresses that signed up, whatever was answered
        self.registered = set()  # those that were answered 202
        self.opened = set()  # addresses whose link was opened
        self.verified = set()  # those that were answered "verified"
        self.erased = set()
        self.results = []  # answers to "finish" that say "finished"

    def note(self, kind, value):
        with self._lock:
            getattr(self, kind).add(value)

    def note_result(self, result):
        with self._lock:
            self.results.append(without_states(result))

    # ---- against what the server says

    def check(self, server):
        """Lost, if the server's list does not hold what clients were told."""
        rows = subscribers(server, self.slug)
        emails = [row["email"] for row in rows]
        known = set(emails)
        verified = {row["email"] for row in rows if row["state"] == "verified"}
        with self._lock:
            _require(len(emails) == len(known), f"{self.slug}: an address is there twice")
            missing = self.registered - known - self.erased
            _require(not missing, f"{self.slug}: acknowledged sign-ups are missing", missing)
            strangers = known - self.asked
            _require(not strangers, f"{self.slug}: nobody signed these up", strangers)
            forgotten = self.verified - verified - self.erased
            _require(not forgotten, f"{self.slug}: acknowledged verifications are missing", forgotten)
            unasked = verified - self.opened
            _require(not unasked, f"{self.slug}: nobody verified these", unasked)
            _require(not self.erased & known, f"{self.slug}: erased, and there", self.erased & known)
        tickets = sorted(row["ticket"] for row in rows if row["state"] == "verified")
        _require(len(tickets) == len(set(tickets)), f"{self.slug}: a ticket was given twice")
        counts = server.ask("GET", f"/api/v1/campaigns/{self.slug}")["subscribers"]
        _require(
            counts == {"pending": len(rows) - len(verified), "verified": len(verified)},
            f"{self.slug}: counted {counts}, there are {len(rows)} with {len(verified)} verified",
        )

    def check_result(self, result, winners, alternates):
        """Lost, unless `result` is the only one there ever was, and a possible one."""
        result = without_states(result)
        for earlier in self.results:
            _require(result == earlier, f"{self.slug}: the result changed: {earlier}, {result}")
        drawn = result["winners"] + result["alternates"]
        _require(len(result["winners"]) == winners, f"{self.slug}: {result['winners']} won")
        _require(len(result["alternates"]) == alternates, f"{self.slug}: {result['alternates']}")
        _require(len({one["ticket"] for one in drawn}) == len(drawn), f"{self.slug}: {drawn}")
        _require(
            all(one["email"] in self.verified for one in drawn),
            f"{self.slug}: drawn without being verified: {drawn}",
        )
        _require(result["entrants"] == len(self.verified), f"{self.slug}: {result['entrants']}")

    def check_mails(self, mails):
        """Lost, if a mail did not go out, or one went to somebody who was not to get it."""
        identities = collections.defaultdict(set)
        for mail in mails:
            identities[mail.recipient, mail.kind].add(mail.message_id)
        # Somebody who verified at once may have been told so by another copy's link: not here, for
        # a link comes from the mail.
        missing = {one for one in self.registered - self.erased if (one, "link") not in identities}
        _require(not missing, f"{self.slug}: no verification mail went to", missing)
        told = {one["email"] for result in self.results[:1] for one in result["winners"]}
        if self.results:
            told.add(self.organiser)
        for (recipient, what), ids in identities.items():
            if recipient in self.asked or recipient == self.organiser:
                _require(len(ids) == 1, f"{recipient}: {len(ids)} different mails ({what})")
                expected = what != "result" or recipient in told
                _require(expected, f"{recipient}: was told a result without having one")
        missing = {one for one in self.verified - self.erased if (one, "receipt") not in identities}
        _require(not missing, f"{self.slug}: no receipt went to", missing)
        unsent = {one for one in told if (one, "result") not in identities}
        _require(not unsent, f"{self.slug}: no result mail went to", unsent)


def without_states(result):
    """What of the answer to a finish never changes: whether a winner was told yet does."""
    people = {
        role: [{name: value for name, value in one.items() if name != "state"} for one in result[role]]
        for role in ("winners", "alternates") if role in result
    }
    return result | people


def subscribers(server, slug):
    """All rows of a campaign, page by page."""
    rows, after = [], ""
    while True:
        page = server.ask(
            "GET", f"/api/v1/campaigns/{slug}/subscribers?limit={PAGE}&after={after}"
        )
        rows += page["items"]
        after = page.get("next")
        if not after:
            return rows


def repeats(mails, killed_at, window):
    """How many mails came again after each kill.

    Lost, if one came again that was not in flight when the program was killed: its last copy is from
    more than `window` seconds before, or the program was not killed in between.
    """
    copies = collections.defaultdict(list)
    for mail in mails:
        copies[mail.message_id].append(mail)
    found = collections.Counter()
    for message_id, same in copies.items():
        for first, second in zip(same, same[1:]):
            _require(first.recipient == second.recipient, f"{message_id}: went to two addresses")
            killed = killed_at.get(first.epoch)
            _require(
                killed is not None and second.epoch > first.epoch,
                f"{message_id}: came twice without a kill in between",
            )
            _require(
                killed - first.at < window,
                f"{message_id}: came again, {killed - first.at:.2f} s before the kill it had gone",
            )
            found[first.epoch] += 1
    return found
