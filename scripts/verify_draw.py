#!/usr/bin/env python3
"""Checks a published draw. Needs nothing but Python's standard library (3.9 or newer).

    verify_draw.py draw.json --leaves leaves.txt
    verify_draw.py draw.json --leaves leaves.txt --ticket 7 --nonce HEX --email ana@example.org
        --commitment HEX --terms HEX --seal seal.json

The campaign published draw.json and leaves.txt. Ticket, nonce, address, commitment and the hash of
the terms are in your receipt. seal.json is the copy that a witness was mailed, or that you kept.
Everything is computed again on this machine; nothing is fetched. The script is one file, so that
you can hand it on and read it as a whole.

Exit status: 0 if everything fits, 1 if something does not, 2 for wrong usage or a file that cannot
be read. What these files cannot show is printed as NOT CHECKED.
"""

import argparse
import binascii
import calendar
import errno
import hashlib
import json
import re
import sys
import unicodedata
from datetime import datetime
from typing import NamedTuple, Optional

LARGEST = 2**53 - 1  # the largest integer that every JSON reader holds exactly (RFC 8785)
MOST_BYTES = 256 * 2**20  # a record is far smaller; a device named by mistake must not fill memory
LONGEST_DELAY = 7 * 24 * 3600  # seconds

HEX64 = re.compile(r"[0-9a-f]{64}")
HEX_BYTES = re.compile(r"(?:[0-9a-f]{2})+")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
DURATION = re.compile(r"(0|[1-9][0-9]*)s")
FORMAT = re.compile(r"(?! )[\x20-\x7e]{1,64}(?<! )")
# Line ends and other control characters, and characters that change the direction of writing.
UNFIT_IN_SOURCE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
LANGUAGES = ("es", "en", "ca", "pt", "fr", "de")


class Chain(NamedTuple):
    """A chain of drand. Its round 1 was due at `genesis`; after that one is due each `period`."""

    name: str
    genesis: int  # seconds since 1970
    period: int  # seconds
    chained: bool  # each signature covers the one before


# From https://api.drand.sh/CHAIN/info. A chain's hash covers its genesis and period, so a test can
# tell that both are right.
KNOWN_CHAINS = {
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971":
        Chain("quicknet", 1692803367, 3, False),
    "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce":
        Chain("default", 1595431050, 30, True),
}


class Wrong(Exception):
    """Something does not fit: "member: expected ..., found ..."."""


def shown(value):
    """Returns a value of a record as printable ASCII; everything else becomes \\u escapes."""
    try:
        text = json.dumps(value)
    except RecursionError:
        return "something nested deeply"
    return text if len(text) <= 600 else text[:600] + "..."


def expect(place, expected, found):
    if expected != found or type(expected) is not type(found):
        raise Wrong(f"{place}: expected {shown(expected)}, found {shown(found)}")


def sha256(data):
    return hashlib.sha256(data).digest()


def canonical(value):
    """Returns a record as canonical JSON (JCS, RFC 8785).

    json.dumps() is enough because a record has no fractions and only ASCII member names. For those
    Python's order is the order by UTF-16 code units that the RFC wants (section 3.2.3), and Python
    escapes the same characters as the RFC (section 3.2.2.2).
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def hash_of(value):
    return sha256(canonical(value)).hex()


# ---- The form: exactly the members of version 2, each with its type, written in only one way -----
#
# A form is a function that takes a place ("seal.root", or "" for the whole record) and the value at
# that place. It raises Wrong if the value does not have this form.


def integer(least):
    def check(place, value):
        if type(value) is not int or not least <= value <= LARGEST:
            raise Wrong(f"{place}: expected a number from {least} to 2^53-1, found {shown(value)}")

    return check


def text(place, value):
    """A text in Unicode's normal form NFC. Texts that look the same thus have the same hash.

    Each version of Unicode assigns new characters. This Python treats a character that it does not
    know as one that combines with nothing. A text that a newer server stored in normal form
    therefore passes here, too. The opposite may happen: this Python accepts a text with unknown
    characters, and a newer one finds that it is not in normal form. A server refuses characters
    that it does not know, so it never publishes such a text; but a forger might. Refusing unknown
    characters here would tell people with an older Python that a right draw is wrong. verify()
    names them instead.
    """
    if not isinstance(value, str):
        raise Wrong(f"{place}: expected a text, found {shown(value)}")
    if re.search("[\ud800-\udfff]", value):
        raise Wrong(f"{place}: half a surrogate pair is no character, in {shown(value)}")
    if not unicodedata.is_normalized("NFC", value):
        raise Wrong(f"{place}: is not in Unicode's normal form NFC, {shown(value)}")


def like(pattern, words):
    def check(place, value):
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise Wrong(f"{place}: expected {words}, found {shown(value)}")

    return check


hash_hex = like(HEX64, "64 lower-case hexadecimal digits")
hex_bytes = like(HEX_BYTES, "bytes in lower-case hexadecimal digits")
slug = like(SLUG, "a campaign's short name")


def seconds(time):
    """Returns a time as seconds since 1970."""
    return calendar.timegm(datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ").timetuple())


def time(place, value):
    like(TIME, "a time such as 2026-12-21T09:00:00Z")(place, value)
    try:
        exists = datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").year >= 1970
    except ValueError:
        exists = False
    if not exists:
        raise Wrong(f"{place}: expected a time from 1970 to 9999 that exists, found {shown(value)}")


def duration(place, value):
    like(DURATION, "a duration in seconds such as 30s")(place, value)
    if len(value) > 10 or int(value[:-1]) > LONGEST_DELAY:
        raise Wrong(f"{place}: expected at most 7 days, {LONGEST_DELAY}s, found {shown(value)}")


def or_null(form):
    return lambda place, value: None if value is None else form(place, value)


def or_empty(form):
    return lambda place, value: None if value == "" else form(place, value)


def one_of(*words):
    def check(place, value):
        if not isinstance(value, str) or value not in words:
            raise Wrong(f"{place}: expected {' or '.join(words)}, found {shown(value)}")

    return check


def object_of(forms, optional=()):
    """An object with the members in `forms` and no others. Only the `optional` may be missing."""

    def check(place, value):
        if not isinstance(value, dict):
            raise Wrong(f"{place or 'all of it'}: expected an object, found {shown(value)}")
        inside = f"{place}." if place else ""
        for name in value:
            if name not in forms:
                raise Wrong(f"{inside}{shown(name)}: is no member of version 2")
        for name, form in forms.items():
            if name in value:
                form(inside + name, value[name])
            elif name not in optional:
                raise Wrong(f"{inside}{name}: is missing")

    return check


def list_of(form):
    def check(place, value):
        if not isinstance(value, list):
            raise Wrong(f"{place}: expected a list, found {shown(value)}")
        for i, element in enumerate(value):
            form(f"{place}[{i}]", element)

    return check


def by_language(place, value):
    """A text for all readers, or an object with one text for each language."""
    if not isinstance(value, dict):
        text(place, value)
    elif not value:
        raise Wrong(f"{place}: expected a text or an object of languages, found {{}}")
    else:
        object_of(dict.fromkeys(LANGUAGES, text), LANGUAGES)(place, value)


def source(place, value):
    text(place, value)
    if not 1 <= len(value) <= 500 or UNFIT_IN_SOURCE.search(value):
        raise Wrong(f"{place}: expected 1 to 500 characters, none a control or a mark of the "
                    f"direction of writing, found {shown(value)}")


def reason(place, value):
    text(place, value)
    if not 1 <= len(value) <= 500 or CONTROL.search(value):
        raise Wrong(f"{place}: expected 1 to 500 characters, none a control, found {shown(value)}")


def value_format(place, value):
    like(FORMAT, "1 to 64 printable ASCII characters, no space at either end")(place, value)
    if value.count("9") + value.count("A") < 5:
        raise Wrong(f"{place}: expected five 9 or A at least, found {shown(value)}")


BEACONS = {
    "none": object_of({"kind": text}),
    "drand": object_of({"kind": text, "chain": hash_hex, "round": integer(1)}),
    "public": object_of(
        {"kind": text, "source": source, "format": value_format, "known_from": time}),
}


def beacon(place, value):
    """A beacon; its kind decides which other members it has."""
    kind = value.get("kind") if isinstance(value, dict) else None
    one_of(*BEACONS)(f"{place}.kind", kind)
    BEACONS[kind](place, value)


TERMS = object_of({
    "version": integer(1), "at": time, "name": text, "description": text, "organizer": text,
    "contact_email": text, "rules_url": text, "rules_sha256": or_empty(hash_hex),
    "minimum_age": integer(0), "opens_at": or_null(time), "closes_at": or_null(time),
    "prizes": list_of(
        object_of({"name": by_language, "count": integer(1), "value": by_language})),
})
SEAL = object_of({
    "version": integer(2), "campaign": slug, "terms": hash_hex, "entrants": integer(1),
    "root": hash_hex, "winners": integer(1), "alternates": integer(0), "excluded": integer(0),
    "disqualified": integer(0), "commitment": hash_hex, "draw_delay": duration, "sealed_at": time,
    "beacon": beacon,
})
DRAWN = object_of({
    "position": integer(1), "role": one_of("winner", "alternate"), "index": integer(0),
    "ticket": integer(1), "key": hash_hex, "leaf": hash_hex,
})
EVENT = object_of({
    "at": time, "kind": one_of("disqualified", "unclaimed", "unreachable"), "position": integer(1),
    "reason": reason, "promoted": or_null(integer(1)),
})
TRANSCRIPT = object_of({
    "version": integer(2), "terms": TERMS, "seal": SEAL,
    "reveal": object_of(
        {"secret": hash_hex, "value": text, "signature": hex_bytes,
         "previous_signature": hex_bytes},
        optional=("signature", "previous_signature")),
    "seed": hash_hex, "drawn": list_of(DRAWN), "events": list_of(EVENT), "digest": hash_hex,
})


def check_version(place, record):
    """Comes before all other checks, since another version may look different everywhere."""
    version = record.get("version") if isinstance(record, dict) else None
    if type(version) is int and version == 1:
        raise Wrong(f"{place}: 1, made by an unreleased program; expected 2")
    if type(version) is int and version > 2:
        raise Wrong(f"{place}: {version}, made by a newer program; expected 2")


def unique_members(pairs):
    members = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"the member {shown(name)} is there twice")
        members[name] = value
    return members


def only_integers(digits):
    if not re.fullmatch("[0-9]{1,16}", digits):
        raise ValueError(f"{shown(digits[:40])} is no integer from 0 to 2^53-1")
    return int(digits)


def parse_json(data):
    """Returns the value. Refuses members that are there twice, and numbers but integers."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=unique_members,
                          parse_int=only_integers, parse_float=only_integers,
                          parse_constant=only_integers)
    except RecursionError:
        raise Wrong("cannot be read: it is nested too deeply")
    except ValueError as error:  # UnicodeError and JSONDecodeError are ValueErrors
        raise Wrong(f"cannot be read: {ascii(str(error))[1:200]}")


def read_transcript(data):
    transcript = parse_json(data)
    check_version("version", transcript)
    if isinstance(transcript, dict):
        check_version("seal.version", transcript.get("seal"))
    TRANSCRIPT("", transcript)
    if transcript["terms"]["rules_url"] and not transcript["terms"]["rules_sha256"]:
        raise Wrong("terms.rules_sha256: is empty, so what stands at rules_url may change")
    written = canonical(transcript)
    if data not in (written, written + b"\n"):
        at = next((i for i, (a, b) in enumerate(zip(data, written)) if a != b), len(written))
        raise Wrong(f"byte {at + 1} is not as canonical JSON (RFC 8785) writes this transcript")
    return transcript


# ---- The steps of the draw, in order -------------------------------------------------------------
#
# Each check returns what it found, in words, or raises Wrong.


def check_terms(transcript):
    """1. The seal has the hash of the terms, which say what the organiser promised."""
    terms, seal = transcript["terms"], transcript["seal"]
    expect("seal.terms", hash_of(terms), seal["terms"])
    if terms["prizes"]:
        expect("seal.winners", sum(prize["count"] for prize in terms["prizes"]), seal["winners"])
    return f"version {terms['version']} of {terms['at']} has the hash {seal['terms']}, as sealed"


def check_commitment(transcript):
    """2. The SHA-256 of the secret was published before anybody signed up."""
    secret = bytes.fromhex(transcript["reveal"]["secret"])
    expect("seal.commitment", sha256(secret).hex(), transcript["seal"]["commitment"])
    return f"SHA-256 of the secret is {transcript['seal']['commitment']}, as sealed"


def entrant_key(nonce, email):
    """3. A key hides an entrant's address. A leaf is the hash of ticket and key."""
    return sha256(f"{nonce}\n{email}\n".encode()).hex()


def entrant_leaf(ticket, key):
    return sha256(b"\x00" + f"{ticket}\n{key}\n".encode())


def read_leaves(file, entrants):
    """The list has one leaf a line, by ticket. Returns them as bytes."""
    leaves = []
    line = re.compile(rb"[0-9a-f]{64}\n")
    # Reads one byte more than a line has, so that a longer line is noticed without reading it all.
    for found in iter(lambda: file.readline(66), b""):
        if not line.fullmatch(found):
            raise Wrong(f"line {len(leaves) + 1} is not 64 lower-case hexadecimal digits "
                        "and a line end")
        if len(leaves) == entrants:
            raise Wrong(f"seal.entrants: expected as many as the list has, found {entrants}; "
                        "the list has more")
        leaves.append(binascii.unhexlify(found[:64]))
    return leaves


def check_leaves(transcript, leaves):
    expect("seal.entrants", len(leaves), transcript["seal"]["entrants"])
    if len(set(leaves)) != len(leaves):
        first = {}
        for i, leaf in enumerate(leaves, 1):
            if first.setdefault(leaf, i) != i:
                raise Wrong(f"lines {first[leaf]} and {i} are the same leaf, which proves fraud")
    return f"{len(leaves)} entrants, as sealed, and no leaf twice"


def merkle_root(leaves):
    """4. The root is one hash over the whole list, a binary tree of hashes (RFC 6962, 2.1)."""
    level = leaves
    while len(level) > 1:
        above = [sha256(b"\x01" + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)]
        if len(level) % 2 == 1:
            above.append(level[-1])  # without a sibling, it moves up unchanged
        level = above
    return level[0] if level else sha256(b"")


def check_root(transcript, leaves):
    expect("seal.root", merkle_root(leaves).hex(), transcript["seal"]["root"])
    return f"the list has the root {transcript['seal']['root']}, as sealed"


def check_times(transcript):
    """5. The list was sealed after sign-up ended and before the value could be known."""
    terms, seal = transcript["terms"], transcript["seal"]
    sealed_at = seal["sealed_at"]  # all times have the same form, so they compare as texts
    for name in ("at", "closes_at"):
        if terms[name] and sealed_at < terms[name]:
            raise Wrong(f"seal.sealed_at: {sealed_at} is before {terms[name]}, terms.{name}")
    known_from = seal["beacon"].get("known_from")
    if known_from and sealed_at >= known_from:
        raise Wrong(f"seal.sealed_at: {sealed_at} is not before {known_from}, "
                    "when the value could be known")
    return f"sealed at {sealed_at}, not before the terms were made and sign-up was over"


def least_round(chain, seal):
    """Returns the number of the first round that is after the seal and its delay."""
    sealed_at = seconds(seal["sealed_at"])
    # Without a delay, a round of the same second might be known to whoever seals.
    due = max(sealed_at + 1, sealed_at + int(seal["draw_delay"][:-1]))
    periods = -(-(due - chain.genesis) // chain.period)  # rounded up
    return max(0, periods) + 1


def check_drand(beacon, seal, reveal):
    chain = KNOWN_CHAINS.get(beacon["chain"])
    if chain:
        expect("seal.beacon.round", least_round(chain, seal), beacon["round"])
    if "signature" not in reveal:
        raise Wrong("reveal.signature: is missing")
    # Nobody can tell from here whether the rounds of an unknown chain are chained.
    if chain and chain.chained != ("previous_signature" in reveal):
        wanted = "is missing" if chain.chained else "is there, but this chain has none"
        raise Wrong(f"reveal.previous_signature: {wanted}")
    expect("reveal.value", sha256(bytes.fromhex(reveal["signature"])).hex(), reveal["value"])
    which = chain.name if chain else "a chain that is not known here:"
    first = ", the first after the seal and its delay" if chain else ""
    return f"drand, round {beacon['round']} of {which} {beacon['chain']}{first}; the value is " \
           f"{shown(reveal['value'])}"


def check_format(pattern, value):
    """In a format 9 stands for a digit, A for a capital letter, all else for itself."""
    allowed = {"9": "0123456789", "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    for i, (wanted, found) in enumerate(zip(pattern, value), 1):
        if found not in allowed.get(wanted, wanted):
            raise Wrong(f"reveal.value: character {i} is {shown(found)}, expected {shown(wanted)} "
                        f"of the format {shown(pattern)}")
    if len(pattern) != len(value):
        raise Wrong(f"reveal.value: expected {len(pattern)} characters as in the format "
                    f"{shown(pattern)}, found {len(value)}")


def check_beacon(transcript):
    """6. The randomness comes from the source that the seal named in advance."""
    seal, reveal = transcript["seal"], transcript["reveal"]
    beacon = seal["beacon"]
    if beacon["kind"] == "drand":
        return check_drand(beacon, seal, reveal)
    for name in ("signature", "previous_signature"):
        if name in reveal:
            raise Wrong(f"reveal.{name}: is there, but the beacon is {beacon['kind']}")
    if beacon["kind"] == "none":
        expect("reveal.value", "", reveal["value"])
        return "none: the draw has no randomness from outside"
    check_format(beacon["format"], reveal["value"])
    return f"public, {shown(beacon['source'])}; the value {shown(reveal['value'])} is written as " \
           f"{shown(beacon['format'])}"


def check_seed(transcript):
    """7. The seed mixes seal, secret and value, so nobody could know it before the seal."""
    reveal = transcript["reveal"]
    seal_hash = hash_of(transcript["seal"])
    mixed = f"promotions/draw/v2\n{seal_hash}\n{reveal['secret']}\n{reveal['value']}\n"
    expect("seed", sha256(mixed.encode()).hex(), transcript["seed"])
    return f"{transcript['seed']}, from the secret, the value and the seal's hash {seal_hash}"


def choose(seed, entrants, count):
    """8. The seed is hashed with 0, 1, 2, ...; each hash names the index of an entrant.

    An entrant who is drawn already is skipped. `limit` is the largest multiple of `entrants`: from
    there on numbers are skipped, too, as they would favour the first entrants of the list.
    """
    limit = 2**64 - 2**64 % entrants
    chosen, j = {}, 0  # a dict keeps the order
    while len(chosen) < count:
        x = int.from_bytes(sha256(seed + j.to_bytes(8, "big"))[:8], "big")
        j += 1
        if x < limit:
            chosen.setdefault(x % entrants)
    return list(chosen)


def check_drawn(transcript, leaves):
    seal, drawn = transcript["seal"], transcript["drawn"]
    count = min(seal["entrants"], seal["winners"] + seal["alternates"])
    if len(drawn) != count:
        raise Wrong(f"drawn: expected {count} entries, found {len(drawn)}")
    indices = choose(bytes.fromhex(transcript["seed"]), seal["entrants"], count)
    for i, (entry, index) in enumerate(zip(drawn, indices)):
        place = f"drawn[{i}]"
        expect(f"{place}.position", i + 1, entry["position"])
        expect(f"{place}.role", "winner" if i < seal["winners"] else "alternate", entry["role"])
        expect(f"{place}.index", index, entry["index"])
        if index >= len(leaves):
            raise Wrong(f"{place}.index: {index} is not in the list")
        expect(f"{place}.leaf", leaves[index].hex(), entry["leaf"])
        expect(f"{place}.leaf", entrant_leaf(entry["ticket"], entry["key"]).hex(), entry["leaf"])
    # Tickets ascend in the list, by at least one from each index to the next. The other entrants'
    # tickets are hidden, so this is all that can be checked about the tickets of those drawn.
    index, least = 0, 1
    for entry in sorted(drawn, key=lambda entry: entry["index"]):
        least += entry["index"] - index
        index = entry["index"]
        if entry["ticket"] < least:
            raise Wrong(f"drawn[{entry['position'] - 1}].ticket: expected {least} or more at index "
                        f"{index}, found {entry['ticket']}")
        least = entry["ticket"]
    return f"{count} of {seal['entrants']} entrants, as the seed chooses them"


def prize_holders(transcript):
    """9. Whoever loses a prize loses it to the first alternate who waits for one.

    Returns the positions that have a prize now; for each of them, the position that had the same
    prize at first.
    """
    seal, drawn = transcript["seal"], transcript["drawn"]
    winners = min(seal["winners"], len(drawn))
    holders = {position: position for position in range(1, winners + 1)}
    waiting = set(range(winners + 1, len(drawn) + 1))
    first_waiting, now = winners + 1, seal["sealed_at"]  # nobody waits below the first
    for i, event in enumerate(transcript["events"]):
        place, position, heir = f"events[{i}]", event["position"], None
        if event["at"] < now:
            raise Wrong(f"{place}.at: expected {now} or later, found {event['at']}")
        now = event["at"]
        while first_waiting <= len(drawn) and first_waiting not in waiting:
            first_waiting += 1
        if position in holders:
            prize = holders.pop(position)
            if waiting:
                heir = first_waiting
                waiting.remove(heir)
                holders[heir] = prize
        elif position in waiting and event["kind"] == "disqualified":
            waiting.remove(position)
        else:
            raise Wrong(f"{place}.position: {position} holds no prize that could become free")
        expect(f"{place}.promoted", heir, event["promoted"])
    return holders


def check_events(transcript):
    holders = shown(sorted(prize_holders(transcript)))
    return f"{len(transcript['events'])} since the draw; these positions hold a prize: {holders}"


def check_digest(transcript):
    """10. The digest covers everything else, so that two copies can be compared at a glance."""
    covered = {name: value for name, value in transcript.items() if name != "digest"}
    expect("digest", hash_of(covered), transcript["digest"])
    return transcript["digest"]


# ---- What a participant kept ---------------------------------------------------------------------


class Kept(NamedTuple):
    """What is in a receipt and the seal's mail; None is not given.

    Ticket, nonce and email are given together or not at all.
    """

    ticket: Optional[int] = None
    nonce: Optional[str] = None  # in hex
    email: Optional[str] = None
    seal: Optional[bytes] = None  # the whole file
    commitment: Optional[str] = None
    terms: Optional[str] = None


def prize_name(transcript, number):
    """Winners take the prizes in the order of the terms, `count` of each."""
    for prize in transcript["terms"]["prizes"]:
        if number <= prize["count"]:
            name = prize["name"]
            return shown(name if isinstance(name, str) else name[min(name)])
        number -= prize["count"]
    return "a prize"


def find_entrant(transcript, leaves, kept):
    """Finds an entrant in the list; returns a text that says whether it was drawn."""
    leaf = entrant_leaf(kept.ticket, entrant_key(kept.nonce, kept.email))
    if leaf not in leaves:
        raise Wrong(f"the leaf of ticket {kept.ticket}, {leaf.hex()}, is not in the list")
    index = leaves.index(leaf)
    found = f"ticket {kept.ticket} is in the list at index {index}, and was "
    for entry in transcript["drawn"]:
        if entry["index"] == index:
            number = prize_holders(transcript).get(entry["position"])
            prize = prize_name(transcript, number) if number else "no prize"
            return f"{found}drawn at position {entry['position']}: has {prize}"
    return f"{found}not drawn"


def compare_seal(transcript, kept):
    written = canonical(transcript["seal"])
    if kept.seal not in (written, written + b"\n"):
        try:
            seal = parse_json(kept.seal)
            check_version("seal.version", seal)
            SEAL("seal", seal)
        except Wrong as error:
            raise Wrong(f"the seal that was kept is none: {error}")
        for name, value in seal.items():
            expect(f"seal.{name}", value, transcript["seal"][name])
        raise Wrong("the seal that was kept is not written as canonical JSON (RFC 8785)")
    return f"the transcript has the seal that was kept, {sha256(written).hex()}"


def compare_commitment(transcript, kept):
    expect("seal.commitment", kept.commitment, transcript["seal"]["commitment"])
    return "the secret is the one of the receipt"


def compare_terms(transcript, kept):
    if kept.terms != transcript["seal"]["terms"]:
        raise Wrong("the terms changed after this receipt; see terms.json")
    return "nothing that was promised changed after the receipt"


# ---- All of it together --------------------------------------------------------------------------


def not_checked(transcript, kept):
    """Yields what these files cannot show, one phrase for each."""
    seal = transcript["seal"]
    beacon = seal["beacon"]
    yield f"that it was {seal['sealed_at']}: that is the operator's word, which only a witness's " \
          "mail dates"
    if beacon["kind"] == "none":
        yield "that the operator, who could read the secret, did not know the result in advance"
    if beacon["kind"] == "public":
        yield f"that {shown(beacon['source'])} gave {shown(transcript['reveal']['value'])}; and " \
              "whoever sealed may have known the value"
    if beacon["kind"] == "drand":
        yield f"compare with https://api.drand.sh/{beacon['chain']}/public/{beacon['round']}"
        if beacon["chain"] not in KNOWN_CHAINS:
            yield "when that round was made; whoever runs this chain may have known the value"
    yield "that no person, nor the operator, has more than one ticket"
    yield "that no event was removed; an earlier copy of the transcript would show it"
    missing = {"your entry": ("--ticket, --nonce and --email", kept.ticket),
               "that the seal is the one that was mailed": ("--seal", kept.seal),
               "that the secret is the one of your receipt": ("--commitment", kept.commitment),
               "that the terms are those of your receipt": ("--terms", kept.terms)}
    for what, (options, given) in missing.items():
        if given is None:
            yield f"{what}, for want of {options}"


def unknown_characters(data):
    """Returns the characters that this Python's Unicode does not have, such as U+0378."""
    return " ".join(f"U+{ord(c):04X}" for c in sorted(set(data.decode("utf-8")))
                    if unicodedata.category(c) == "Cn")


def verify(data, leaves_file, kept=Kept(), say=print):
    """Says one line for each check; returns whether everything fits.

    `data` is the transcript, `leaves_file` the list, opened in binary mode.
    """
    good = True

    def check(name, function, *arguments):
        nonlocal good
        try:
            result = function(*arguments)
        except Wrong as error:
            good = False
            say(f"WRONG {name}: {error}")
            return None
        if isinstance(result, str):
            say(f"ok    {name}: {result}")
        return result

    transcript = check("form", read_transcript, data)
    if transcript is None:
        return False
    say(f"ok    form: version 2, campaign {transcript['seal']['campaign']}, written as published")
    check("terms", check_terms, transcript)
    check("commitment", check_commitment, transcript)
    leaves = check("leaves", read_leaves, leaves_file, transcript["seal"]["entrants"])
    if leaves is not None:
        check("leaves", check_leaves, transcript, leaves)
        check("root", check_root, transcript, leaves)
    check("times", check_times, transcript)
    check("beacon", check_beacon, transcript)
    check("seed", check_seed, transcript)
    if leaves is not None:
        check("drawn", check_drawn, transcript, leaves)
    check("events", check_events, transcript)
    check("digest", check_digest, transcript)
    if kept.ticket is not None and leaves is not None:
        check("receipt", find_entrant, transcript, leaves, kept)
    if kept.commitment is not None:
        check("commitment of the receipt", compare_commitment, transcript, kept)
    if kept.terms is not None:
        check("terms of the receipt", compare_terms, transcript, kept)
    if kept.seal is not None:
        check("seal that was kept", compare_seal, transcript, kept)
    for sentence in not_checked(transcript, kept):
        say(f"NOT CHECKED: {sentence}")
    unknown = unknown_characters(data)
    if unknown:
        say(f"NOT CHECKED: the normal form of {unknown}, not in Unicode "
            f"{unicodedata.unidata_version}, which is all that this Python knows")
    return good


def argument(pattern, words):
    def convert(given):
        if not re.fullmatch(pattern, given):
            raise argparse.ArgumentTypeError(f"expected {words}")
        return given

    return convert


def ticket_number(given):
    number = argument("[1-9][0-9]{0,15}", "a ticket: 1, 2, 3 and so on")(given)
    if int(number) > LARGEST:
        raise argparse.ArgumentTypeError("expected a ticket of at most 2^53-1")
    return int(number)


class Once(argparse.Action):
    """An option that may be given only once. argparse alone would take the last value."""

    def __call__(self, parser, namespace, values, option_string=None):
        if getattr(namespace, self.dest) is not None:
            parser.error(f"{option_string} is there twice")
        setattr(namespace, self.dest, values)


def read_arguments(arguments):
    parser = argparse.ArgumentParser(
        description="Checks a published draw.", allow_abbrev=False,
        epilog="Exit status: 0 if everything fits, 1 if something does not, 2 for wrong usage.")
    digits64 = argument(HEX64, "64 lower-case hexadecimal digits")
    parser.add_argument("transcript", metavar="TRANSCRIPT",
                        help="the published draw.json; - for stdin")
    for name, convert, metavar, words in (
            ("--leaves", str, "FILE", "the published leaves.txt"),
            ("--ticket", ticket_number, "N", "is this entrant in the list? From the receipt"),
            ("--nonce", argument("[0-9a-f]{32}", "32 lower-case hexadecimal digits"), "HEX",
             "from the same receipt"),
            ("--email", argument(r"[\x21-\x7e]+@[\x21-\x7e]+",
                                 "the address exactly as it is in the receipt, in ASCII"), "A",
             "the address in the list, from there too"),
            ("--seal", str, "FILE", "the seal that you or a witness kept; - for stdin"),
            ("--commitment", digits64, "HEX", "the secret's hash, from the receipt"),
            ("--terms", digits64, "HASH", "the hash of the terms, from the receipt")):
        parser.add_argument(name, type=convert, metavar=metavar, help=words, action=Once,
                            required=name == "--leaves")
    # Whether argparse minds depends on the version of Python.
    if (sys.argv[1:] if arguments is None else arguments)[-1:] == ["--"]:
        parser.error("nothing follows --")
    given = parser.parse_args(arguments)
    receipt = (given.ticket, given.nonce, given.email)
    if None in receipt and receipt != (None, None, None):
        parser.error("--ticket, --nonce and --email go together")
    return parser, given


def read_record(path):
    if path == "-":
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise OSError(errno.EFBIG, "Larger than 256 MiB", path)
    return data


def main(arguments=None):
    parser, given = read_arguments(arguments)
    try:
        data = read_record(given.transcript)
        seal = None if given.seal is None else read_record(given.seal)
        kept = Kept(given.ticket, given.nonce, given.email, seal, given.commitment, given.terms)
        with open(given.leaves, "rb") as leaves_file:
            good = verify(data, leaves_file, kept)
    except OSError as error:
        parser.error(f"{ascii(error.filename)}: {error.strerror}; expected a readable file")
    print("All of it fits." if good else "Something does not fit.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
