"""Makes draws as a campaign would publish them, for tests of verifiers.

It computes all hashes by itself, from the definitions in docs/draw.md, and shares no code with any
verifier. Otherwise a mistake in that code would go unnoticed.
"""

import calendar
import hashlib
import random
import time
from dataclasses import dataclass, field

QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
DEFAULT_CHAIN = "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"
ROUNDS = {QUICKNET: (1692803367, 3), DEFAULT_CHAIN: (1595431050, 30)}  # genesis, period

# All are in NFC. Some characters have to be escaped in JSON, some must not be in canonical JSON,
# some are beyond U+FFFF, and some are marks that combine with no letter before them.
TEXTS = (
    "Sorteo de Navidad", "Cesta", "80 €", "AMPA Miguel Hernández", "a", "x" * 300,
    'quoted "so" and \\so/', "line\nfeed\tand\rreturn", "\x00\x01\x1f\x7f\x80", "\b\f", "🎲🎟️ 1st",
    "q\u0323\u0307", "ß ẞ ſ", "日本語 テキスト", "한국어",
    "עברית \u202eevil\u202c", "العربية", "\u2028\u2029\ufeff\u200b", "Ω≈ç√∫", "\ue000\U000f0000",
    "<script>alert(1)</script>", "%s %n {} \\u0041", "ﬁ Å", "null", "",
)
REASONS = ("withdrawn", "x", "works for the organiser", "did not answer \"in time\"",
           "señor 🎲" + "é" * 493, "\u202e reversed", "\\u0000", " ")
DELAYS = ("0s", "1s", "2s", "3s", "30s", "31s", "600s", "604800s")
FORMATS = ("99999", "AAAAA", "9A9A9A", "99 99 99 99 99", "99999/AA, series 9", "9" * 64,
           "n. 99.999", "AAA-~!\"\\-99", "aA9B99A")


def sha256(data):
    return hashlib.sha256(data).digest()


ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r",
           "\t": "\\t"}


def spell_text(text):
    """RFC 8785 section 3.2.2.2."""
    escaped = (ESCAPES.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in text)
    return '"' + "".join(escaped) + '"'


def spell(value, at=None, otherwise=None, path=()):
    """Returns canonical JSON, but with otherwise(value) for the value at the path `at`."""
    if path == at:
        return otherwise(value)
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        members = (spell_text(name) + ":" + spell(value[name], at, otherwise, path + (name,))
                   for name in names)
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        elements = (spell(element, at, otherwise, path + (i,)) for i, element in enumerate(value))
        return "[" + ",".join(elements) + "]"
    if isinstance(value, str):
        return spell_text(value)
    words = {None: "null", True: "true", False: "false"}
    return words[value] if value is None or isinstance(value, bool) else str(value)


def canonical(value):
    return spell(value).encode("utf-8", "surrogatepass")


def hash_of(value):
    return sha256(canonical(value)).hex()


def key_of(nonce, email):
    return sha256(f"{nonce}\n{email}\n".encode()).hex()


def leaf_of(ticket, key):
    return sha256(b"\0" + f"{ticket}\n{key}\n".encode()).hex()


def root_of(leaves):
    """RFC 6962 section 2.1: the list is split at the largest power of two below its length."""
    if len(leaves) == 1:
        return leaves[0]
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    pair = bytes.fromhex(root_of(leaves[:left])) + bytes.fromhex(root_of(leaves[left:]))
    return sha256(b"\1" + pair).hex()


def chosen(seed, entrants, count):
    found, j = [], 0
    while len(found) < count:
        x = int.from_bytes(sha256(bytes.fromhex(seed) + j.to_bytes(8, "big"))[:8], "big")
        if x < 2**64 // entrants * entrants and x % entrants not in found:
            found.append(x % entrants)
        j += 1
    return found


def to_time(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def to_seconds(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def first_round(chain, sealed_at, delay):
    """Counts up to the first round that is late enough, which is the definition."""
    genesis, period = ROUNDS[chain]
    number = max(1, (sealed_at + delay - genesis) // period - 1)
    while genesis + (number - 1) * period < max(sealed_at + 1, sealed_at + delay):
        number += 1
    return number


@dataclass
class Entrant:
    ticket: int
    nonce: str
    email: str

    @property
    def key(self):
        return key_of(self.nonce, self.email)

    @property
    def leaf(self):
        return leaf_of(self.ticket, self.key)


@dataclass
class Draw:
    """A published draw, and the entrants whom nobody else knows."""

    entrants: list
    transcript: dict
    leaves: list = field(default_factory=list)  # hex

    @property
    def text(self):
        return canonical(self.transcript)

    @property
    def list_text(self):
        return "".join(leaf + "\n" for leaf in self.leaves).encode()


def refit(draw, pinned=()):
    """Computes again everything that follows from something else, except what is at `pinned`.

    A cheat would do so after altering something, so that all checks but one pass. What cannot be
    computed any more, because what it follows from makes no sense, stays as it was.
    """
    transcript, seal, reveal = (draw.transcript, draw.transcript["seal"],
                                draw.transcript["reveal"])

    def chain_round():
        sealed_at = to_seconds(seal["sealed_at"])
        return first_round(seal["beacon"]["chain"], sealed_at, int(seal["draw_delay"][:-1]))

    def seed():
        parts = ("promotions/draw/v2", hash_of(seal), reveal["secret"], reveal["value"], "")
        return sha256("\n".join(parts).encode()).hex()

    steps = (
        (("seal", "terms"), lambda: hash_of(transcript["terms"])),
        (("seal", "commitment"), lambda: sha256(bytes.fromhex(reveal["secret"])).hex()),
        (("seal", "entrants"), lambda: len(draw.leaves)),
        (("seal", "root"), lambda: root_of(draw.leaves)),
        (("seal", "beacon", "round"), chain_round),
        (("reveal", "value"), lambda: sha256(bytes.fromhex(reveal["signature"])).hex()),
        (("seed",), seed),
        (("drawn",), lambda: drawn_rows(draw)),
        (("digest",), lambda: hash_of({n: v for n, v in transcript.items() if n != "digest"})),
    )
    for path, compute in steps:
        if pinned[:len(path)] == path:
            continue
        try:
            owner = transcript
            for name in path[:-1]:
                owner = owner[name]
            owner[path[-1]] = compute()
        except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError,
                RecursionError):
            pass
    return draw


def drawn_rows(draw):
    transcript = draw.transcript
    seal = transcript["seal"]
    behind = {entrant.leaf: entrant for entrant in draw.entrants}
    count = min(seal["entrants"], seal["winners"] + seal["alternates"])
    if count > 2 * len(draw.leaves) or seal["entrants"] >= 2**53:
        raise ValueError("no list is so long")
    rows = []
    for position, index in enumerate(chosen(transcript["seed"], seal["entrants"], count), 1):
        leaf = draw.leaves[index]
        entrant = behind.get(leaf) or Entrant(index + 1, "0" * 32, "invented@example.org")
        rows.append({"position": position, "index": index, "ticket": entrant.ticket,
                     "role": "winner" if position <= seal["winners"] else "alternate",
                     "key": entrant.key, "leaf": leaf})
    return rows


# ---- Right draws, at random ----------------------------------------------------------------------


def random_hex(rng, size):
    return rng.getrandbits(8 * size).to_bytes(size, "big").hex()


def random_entrants(rng, count):
    entrants, ticket = [], 0
    for i in range(count):
        ticket += rng.choice((1, 1, 1, 2, 17))
        entrants.append(Entrant(ticket, random_hex(rng, 16), f"entrant{i}@example.org"))
    return entrants


def random_prizes(rng, winners):
    """Returns prizes whose counts add up to `winners`, or no prizes."""
    prizes, left = [], winners if rng.random() < 0.7 else 0
    while left:
        count = rng.randint(1, left)
        left -= count
        prizes.append({"name": random_prize_text(rng), "count": count,
                       "value": random_prize_text(rng)})
    return prizes


def random_prize_text(rng):
    if rng.random() < 0.6:
        return rng.choice(TEXTS)
    languages = rng.sample(("es", "en", "ca", "pt", "fr", "de"), rng.randint(1, 6))
    return {language: rng.choice(TEXTS) for language in languages}


def random_terms(rng, winners, sealed_at):
    made_at = sealed_at - rng.choice((0, 1, 3600, 30 * 86400))
    closes_at = rng.choice((None, sealed_at, sealed_at - 1, sealed_at - 86400))
    rules = rng.choice((("", ""), ("", random_hex(rng, 32)),
                        ("https://example.org/rules", random_hex(rng, 32))))
    return {
        "version": rng.choice((1, 1, 2, 17)), "at": to_time(made_at), "name": rng.choice(TEXTS),
        "description": rng.choice(TEXTS), "organizer": rng.choice(TEXTS),
        "contact_email": rng.choice(("", "ampa@example.org")), "rules_url": rules[0],
        "rules_sha256": rules[1], "minimum_age": rng.choice((0, 18)),
        "prizes": random_prizes(rng, winners),
        "opens_at": rng.choice((None, to_time(made_at))),
        "closes_at": None if closes_at is None else to_time(closes_at)}


def value_in(rng, pattern):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "".join(rng.choice("0123456789") if c == "9" else rng.choice(letters) if c == "A" else c
                   for c in pattern)


def random_beacon(rng, kind, sealed_at):
    """Returns the beacon of the seal, and what was revealed. refit() adds round and value."""
    if kind == "none":
        return {"kind": "none"}, {"value": ""}
    if kind == "public":
        pattern = rng.choice(FORMATS)
        source = rng.choice(("lotería de Navidad", "x", "é" * 500, "\u200b", "🎱 of 22 December"))
        known_from = to_time(sealed_at + rng.choice((1, 3600, 86400)))
        return ({"kind": kind, "source": source, "format": pattern, "known_from": known_from},
                {"value": value_in(rng, pattern)})
    reveal = {"signature": random_hex(rng, rng.choice((48, 96)))}
    chain = {"quicknet": QUICKNET, "default": DEFAULT_CHAIN}.get(kind) or random_hex(rng, 32)
    if kind == "default" or (kind == "unknown" and rng.random() < 0.5):
        reveal["previous_signature"] = random_hex(rng, rng.choice((32, 96)))
    return {"kind": "drand", "chain": chain, "round": rng.choice((1, 4711, 2**53 - 1))}, reveal


def random_events(rng, seal, drawn):
    holders = list(range(1, min(seal["winners"], len(drawn)) + 1))
    waiting = list(range(len(holders) + 1, len(drawn) + 1))
    now = to_seconds(seal["sealed_at"])
    events = []
    for _ in range(rng.choice((0, 0, 1, 2, 3, 9))):
        now += rng.choice((0, 1, 86400))
        event = {"at": to_time(now), "kind": "disqualified", "reason": rng.choice(REASONS),
                 "promoted": None}
        if waiting and rng.random() < 0.3:
            event["position"] = waiting.pop(rng.randrange(len(waiting)))
        elif holders:
            event["kind"] = rng.choice(("disqualified", "unclaimed", "unreachable"))
            event["position"] = holders.pop(rng.randrange(len(holders)))
            if waiting:
                event["promoted"] = waiting.pop(0)
                holders.append(event["promoted"])
        else:
            break
        events.append(event)
    return events


KINDS = ("none", "quicknet", "default", "unknown", "public")


def random_draw(rng, kind=None):
    """Returns a draw in which everything is right. It depends on the random.Random only."""
    kind = kind or rng.choice(KINDS)
    # Some are long before either chain had its first round.
    sealed_at = rng.choice((rng.randint(1704067200, 1924991999), 1500000000, 0,
                            ROUNDS[QUICKNET][0], ROUNDS[DEFAULT_CHAIN][0] + 30, 4102444800))
    entrants = random_entrants(rng, rng.choice((1, 2, 3, 4, 5, 7, 8, 9, 33)))
    winners, alternates = rng.choice((1, 1, 2, 3, 6)), rng.choice((0, 1, 2, 5))
    beacon, reveal = random_beacon(rng, kind, sealed_at)
    seal = {"version": 2, "campaign": rng.choice(("demo", "7", "a" * 63, "x-9-")),
            "winners": winners, "alternates": alternates, "excluded": rng.choice((0, 3)),
            "disqualified": rng.choice((0, 1)), "draw_delay": rng.choice(DELAYS),
            "sealed_at": to_time(sealed_at), "beacon": beacon}
    reveal = {"secret": random_hex(rng, 32), **reveal}
    terms = random_terms(rng, winners, max(sealed_at, 40 * 86400))
    if sealed_at < 40 * 86400:  # times begin in 1970
        terms.update(at=to_time(sealed_at), opens_at=None, closes_at=None)
    draw = Draw(entrants, {"version": 2, "terms": terms, "seal": seal, "reveal": reveal,
                           "events": []}, [entrant.leaf for entrant in entrants])
    refit(draw)
    draw.transcript["events"] = random_events(rng, seal, draw.transcript["drawn"])
    return refit(draw)


def check_value():
    """Returns the draw that docs/draw.md gives as an example, with its hashes."""
    entrants = [Entrant(i, f"{i:02x}" * 16, f"{name}@example.org")
                for i, name in enumerate("abc", 1)]
    terms = {"at": "2026-11-24T12:00:00Z", "closes_at": "2026-12-20T22:59:59Z",
             "contact_email": "ampa@example.org", "description": "", "minimum_age": 18,
             "name": "Sorteo de Navidad", "opens_at": None, "organizer": "AMPA Miguel Hernández",
             "prizes": [{"count": 1, "name": "Cesta", "value": "80 €"}], "rules_sha256": "",
             "rules_url": "", "version": 1}
    seal = {"alternates": 2, "beacon": {"kind": "none"}, "campaign": "demo", "disqualified": 0,
            "draw_delay": "0s", "excluded": 0, "sealed_at": "2026-12-21T09:00:00Z", "version": 2,
            "winners": 1}
    return refit(Draw(entrants, {"version": 2, "terms": terms, "seal": seal,
                                 "reveal": {"secret": "aa" * 32, "value": ""}, "events": []},
                      [entrant.leaf for entrant in entrants]))
