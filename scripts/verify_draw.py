#!/usr/bin/env python3
"""Checks a published draw. Needs nothing but Python's standard library.

    verify_draw.py draw.json --leaves leaves.txt
    verify_draw.py draw.json --leaves leaves.txt --ticket 7 --nonce HEX --email ana@example.org

The campaign published draw.json and leaves.txt. Ticket and nonce are in your receipt.
Exit status: 0 if everything fits, 1 if something does not, 2 for wrong usage.

Two things cannot be checked with these files: whether the drand round or the public source really
had the value that is claimed (look it up), and when the seal was published (ask a witness).
"""

import argparse
import hashlib
import json
import re
import sys
from datetime import datetime

LARGEST = 2**63 - 1
HEX64 = re.compile(r"[0-9a-f]{64}")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", re.ASCII)
BLANK = " \t\r\n\f\v"


class Wrong(Exception):
    """Something does not fit: "field: expected …, found …"."""


def expect(place, expected, found):
    if expected != found:
        raise Wrong(f"{place}: expected {expected}, found {found}")


def sha256(data):
    return hashlib.sha256(data).digest()


# ---- The form: exactly the fields of version 1, each with its type, written in only one way --------


def unique_fields(pairs):
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field is there twice")
    return fields


def no_constant(name):
    raise ValueError(f"{name} is no number")


def parse(data):
    text = data.decode("utf-8")
    if not re.fullmatch(r"\{.*\}\n?", text, re.DOTALL):
        raise ValueError("expected { … } and at most one line end after it")
    # \u00E9 and \u00e9 are the same character, but only the second is what a campaign publishes.
    if any(re.search("[A-F]", escape) for escape in re.findall(r"\\(u.{4}|.)", text, re.DOTALL)
           if escape[0] == "u"):
        raise ValueError("an escape is in capital letters")
    value = json.loads(text, object_pairs_hook=unique_fields, parse_constant=no_constant)
    json.dumps(value, ensure_ascii=False).encode("utf-8")  # fails for half a surrogate pair
    return value


def number(least, most=LARGEST):
    return lambda value: type(value) is int and least <= value <= most


def text(value):
    return isinstance(value, str)


def matches(pattern):
    return lambda value: text(value) and pattern.fullmatch(value) is not None


def one_of(*values):
    return lambda value: text(value) and value in values


def time(value):
    if not matches(TIME)(value) or value.endswith(".000Z") or value < "1970":
        return False
    try:
        datetime.strptime(value[:19], "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return False
    return True


def source(value):
    return (text(value) and value.strip(BLANK) != "" and len(value.encode()) <= 500
            and not re.search(r"[\x00-\x1f\x7f]", value))


def beacon(value):
    """The form of a beacon depends on its kind."""
    more = {"none": {}, "drand": {"chain": matches(HEX64), "round": number(1)},
            "public": {"source": source}}
    kind = value.get("kind") if isinstance(value, dict) else None
    if not text(kind) or kind not in more:
        raise Wrong("beacon.kind: expected none, drand or public")
    check_form("beacon", value, {"kind": text, **more[kind]})
    return True


SEAL = {"version": number(1, 1), "campaign": matches(SLUG), "entrants": number(0),
        "root": matches(HEX64), "winners": number(1, 2**31 - 1), "alternates": number(0, 2**31 - 1),
        "commitment": matches(HEX64), "sealed_at": time, "beacon": beacon}
DRAWN = {"position": number(1, 2**31 - 1), "role": one_of("winner", "alternate"), "index": number(0),
         "ticket": number(1), "leaf": matches(HEX64)}
EVENT = {"at": time, "kind": one_of("disqualified"), "position": number(1, 2**31 - 1),
         "reason": text,
         "promoted": lambda value: value is None or number(1, 2**31 - 1)(value)}


def check_form(place, value, fields, optional=None):
    if not isinstance(value, dict):
        raise Wrong(f"{place}: expected an object")
    optional = optional or {}
    for name in fields:
        if name not in value:
            raise Wrong(f"{place}.{name}: is missing")
    for name in value:
        check = fields.get(name) or optional.get(name)
        if check is None:
            raise Wrong(f"{place}: {ascii(name)[:100]} is no field of version 1")
        if not check(value[name]):
            raise Wrong(f"{place}.{name}: found {json.dumps(value[name])[:100]}")


def each(name, fields):
    def check(value):
        if not isinstance(value, list):
            return False
        for i, element in enumerate(value):
            check_form(f"{name}[{i}]", element, fields)
        return True

    return check


def is_object(value):
    return isinstance(value, dict)


def read_transcript(data):
    try:
        transcript = parse(data)
    except (ValueError, RecursionError) as error:  # UnicodeError and JSONDecodeError are ValueErrors
        raise Wrong(f"the transcript cannot be read, {str(error)[:100]}")
    check_form("transcript", transcript,
               {"version": number(1, 1), "seal": is_object, "reveal": is_object,
                "seed": matches(HEX64), "drawn": each("drawn", DRAWN),
                "events": each("events", EVENT)},
               {"digest": matches(HEX64)})
    check_form("seal", transcript["seal"], SEAL, {"excluded": number(1), "disqualified": number(1)})
    check_form("reveal", transcript["reveal"], {"secret": matches(HEX64), "beacon": is_object})
    return transcript


# ---- The steps of the draw, in order -----------------------------------------------------------------


def check_commitment(transcript):
    """1. The SHA-256 of the secret was published before anybody signed up."""
    secret = bytes.fromhex(transcript["reveal"]["secret"])
    expect("seal.commitment", sha256(secret).hex(), transcript["seal"]["commitment"])


def entrant_leaf(ticket, nonce, email_key):
    """2. A leaf hides an entrant's ticket, nonce and address; the list has one a line, by ticket."""
    return sha256(b"\x00" + f"{ticket}\n{nonce.hex()}\n{email_key}\n".encode())


def read_leaves(file):
    leaves = []
    # Reads one byte more than a line has, so that a longer line is noticed without reading it all.
    line = re.compile(rb"[0-9a-f]{64}\n")
    for i, found in enumerate(iter(lambda: file.readline(66), b""), 1):
        if not line.fullmatch(found):
            raise Wrong(f"line {i} is not 64 lower-case hexadecimal digits and a line end")
        leaves.append(bytes.fromhex(found[:64].decode()))
    return leaves


def check_count(transcript, leaves):
    expect("seal.entrants", len(leaves), transcript["seal"]["entrants"])


def merkle_root(leaves):
    """3. The root is one hash over the whole list, a binary tree of hashes (RFC 6962 §2.1)."""
    if not leaves:
        return sha256(b"")
    level = leaves
    while len(level) > 1:
        above = [sha256(b"\x01" + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)]
        if len(level) % 2 == 1:
            above.append(level[-1])  # without a sibling, it moves up unchanged
        level = above
    return level[0]


def check_root(transcript, leaves):
    expect("seal.root", merkle_root(leaves).hex(), transcript["seal"]["root"])


def check_beacon(transcript):
    """4. The randomness comes from the source that the seal named in advance."""
    revealed = dict(transcript["reveal"]["beacon"])
    value = revealed.pop("value", None)
    sealed = transcript["seal"]["beacon"]
    expect("reveal.beacon", json.dumps(sealed, sort_keys=True), json.dumps(revealed, sort_keys=True))
    right = {"none": value == "", "drand": matches(HEX64)(value),
             "public": text(value) and value != "" and value == value.strip(BLANK)}
    if not right[sealed["kind"]]:
        raise Wrong(f"reveal.beacon.value: found {json.dumps(value)[:100]}")


def check_seed(transcript):
    """5. The seed mixes all of these, so nobody could know it before the list was sealed."""
    seal, reveal = transcript["seal"], transcript["reveal"]
    mixed = (f"promotions/draw/v1\n{seal['campaign']}\n{seal['root']}\n{seal['entrants']}\n"
             f"{reveal['secret']}\n{reveal['beacon'].get('value')}\n")
    expect("seed", sha256(mixed.encode()).hex(), transcript["seed"])


def choose(seed, entrants, count):
    """6. The seed is hashed with 0, 1, 2, …; each hash names the index of an entrant.

    An entrant who is drawn already is skipped. `limit` is the largest multiple of `entrants`: from
    there on numbers are skipped, too, as they would favour the first entrants of the list.
    """
    limit = 2**64 - 2**64 % entrants if entrants else 0
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
    expect("len(drawn)", count, len(drawn))
    indices = choose(bytes.fromhex(transcript["seed"]), seal["entrants"], count)
    for i, (entry, index) in enumerate(zip(drawn, indices)):
        place = f"drawn[{i}]"
        expect(f"{place}.position", i + 1, entry["position"])
        expect(f"{place}.role", "winner" if i < seal["winners"] else "alternate", entry["role"])
        expect(f"{place}.index", index, entry["index"])
        if index >= len(leaves):
            raise Wrong(f"{place}.index: {index} is not in the list")
        expect(f"{place}.leaf", leaves[index].hex(), entry["leaf"])
    # Tickets ascend in the list, by at least one from each index to the next. Leaves hide them, so
    # this is all that can be checked about the tickets of those drawn.
    index, ticket = 0, 1
    for entry in sorted(drawn, key=lambda entry: entry["index"]):
        ticket += entry["index"] - index
        index = entry["index"]
        if entry["ticket"] < ticket:
            raise Wrong(f"ticket {entry['ticket']}: expected {ticket} or more at index {index}")
        ticket = entry["ticket"]


def prize_holders(transcript):
    """7. Whoever is disqualified loses the prize to the first alternate who waits for one.

    Returns the positions that have a prize now.
    """
    seal, drawn = transcript["seal"], transcript["drawn"]
    holders = set(range(1, min(seal["winners"], len(drawn)) + 1))
    waiting = list(range(seal["winners"] + 1, len(drawn) + 1))
    for i, event in enumerate(transcript["events"]):
        heir = None
        if event["position"] in holders:
            holders.remove(event["position"])
            heir = waiting.pop(0) if waiting else None
        elif event["position"] in waiting:
            waiting.remove(event["position"])
        else:
            raise Wrong(f"events[{i}].position: {event['position']} was not drawn, or is out already")
        expect(f"events[{i}].promoted", heir, event["promoted"])
        if heir:
            holders.add(heir)
        # Times can be compared as texts, with and without milliseconds, but only without their Z.
        if event["at"][:-1] < seal["sealed_at"][:-1]:
            raise Wrong(f"events[{i}].at: {event['at']} is before the seal")
    return holders


def check_digest(transcript):
    """8. The digest also covers what no other step does: times, reasons and tickets."""
    covered = {name: value for name, value in transcript.items() if name != "digest"}
    canonical = json.dumps(covered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    expect("digest", sha256(canonical.encode()).hex(), transcript["digest"])


def mailbox(address):
    """The mailbox of an address: without its tag, and without dots at Gmail."""
    local, domain = address.rsplit("@", 1)
    local = local[0] + local[1:].split("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return (local.rstrip(".") or local) + "@" + domain


def find_entrant(transcript, leaves, ticket, nonce, email_key):
    """Finds an entrant in the list; returns a text that says whether it was drawn."""
    leaf = entrant_leaf(ticket, nonce, email_key)
    if leaf not in leaves:  # if the campaign merges aliases, the list has the mailbox
        leaf = entrant_leaf(ticket, nonce, mailbox(email_key))
    if leaves.count(leaf) != 1:
        raise Wrong(f"the leaf of ticket {ticket} is {leaves.count(leaf)} times in the list")
    index = leaves.index(leaf)
    for entry in transcript["drawn"]:
        if entry["index"] == index:
            expect("ticket", ticket, entry["ticket"])
            prize = "has" if entry["position"] in prize_holders(transcript) else "has not"
            return f"at index {index}, drawn at position {entry['position']}, {prize} a prize"
    return f"at index {index}, not drawn"


# ---- All of it together ------------------------------------------------------------------------------


def verify(data, leaves_file, entrant=None, say=print):
    """Says one line for each check; returns whether everything fits.

    `entrant` is ticket, nonce and address of the entrant to look for, if any.
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
        say(f"ok    {name}" + (f" {result}" if isinstance(result, str) else ""))
        return result

    transcript = check("form", read_transcript, data)
    leaves = check("leaves", read_leaves, leaves_file)
    if transcript is None or leaves is None:
        return False
    check("commitment", check_commitment, transcript)
    check("entrants", check_count, transcript, leaves)
    check("root", check_root, transcript, leaves)
    check("beacon", check_beacon, transcript)
    check("seed", check_seed, transcript)
    check("drawn", check_drawn, transcript, leaves)
    check("events", prize_holders, transcript)
    if "digest" in transcript:
        check("digest", check_digest, transcript)
    else:
        say("-     digest: not checked, there is none")
    if entrant is not None:
        check("receipt", find_entrant, transcript, leaves, *entrant)
    return good


def normalised(address):
    """An address in the form under which an entrant counts once: in lower case."""
    if not re.fullmatch(r"[\x21-\x7e]+@[\x21-\x7e]+", address):
        raise argparse.ArgumentTypeError(
            "expected an address such as name@example.org, other alphabets in their xn-- form")
    return address.lower()


def nonce_bytes(digits):
    if not re.fullmatch(r"[0-9a-fA-F]{32}", digits):
        raise argparse.ArgumentTypeError("expected the 32 hexadecimal digits of the receipt")
    return bytes.fromhex(digits)


def ticket_number(digits):
    if not re.fullmatch(r"[1-9][0-9]{0,18}", digits):
        raise argparse.ArgumentTypeError("expected 1, 2, 3, …")
    return int(digits)


def main():
    parser = argparse.ArgumentParser(description="Checks a published draw.")
    parser.add_argument("transcript", help="the published draw.json; - for stdin")
    parser.add_argument("--leaves", required=True, help="the published leaves.txt")
    parser.add_argument("--ticket", type=ticket_number, help="is this entrant in it?")
    parser.add_argument("--nonce", type=nonce_bytes, help="from the same receipt")
    parser.add_argument("--email", type=normalised, help="the entrant's address")
    given = parser.parse_args()
    entrant = (given.ticket, given.nonce, given.email)
    if None in entrant and entrant != (None, None, None):
        parser.error("--ticket, --nonce and --email go together")
    try:
        if given.transcript == "-":
            data = sys.stdin.buffer.read()
        else:
            with open(given.transcript, "rb") as file:
                data = file.read()
        with open(given.leaves, "rb") as leaves_file:
            good = verify(data, leaves_file, None if None in entrant else entrant)
    except OSError as error:
        parser.error(f"{error.filename}: {error.strerror}; expected a readable file")
    print("All of it fits." if good else "Something does not fit.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
