"""Cases for verifiers: a published draw, right or altered, and what a participant kept.

random_case(rng) gives files, arguments, and the exit status that is known to be right for every
verifier, or None where only their agreement can be asked for.
"""

import copy
from dataclasses import dataclass
from typing import Optional

import draw_alterations as alterations
import draw_records as records
from draw_cheats import CHEATS

FILES = ["draw.json", "--leaves", "leaves.txt"]


@dataclass
class Case:
    label: str
    transcript: bytes  # draw.json
    leaves: bytes  # leaves.txt
    seal: bytes  # seal.json; read only if the arguments name it
    arguments: list
    status: Optional[int] = None


# ---- What a participant kept ---------------------------------------------------------------------


def receipt(entrant, **others):
    """Returns the arguments for a receipt. `others` replace parts of it; None leaves one out."""
    values = {"ticket": str(entrant.ticket), "nonce": entrant.nonce, "email": entrant.email,
              **others}
    return [part for name, value in values.items() if value is not None
            for part in ("--" + name, value)]


def fitting(rng, draw):
    """Returns arguments that agree with the draw."""
    seal = draw.transcript["seal"]
    kept = (receipt(rng.choice(draw.entrants)), ["--seal", "seal.json"],
            ["--commitment", seal["commitment"]], ["--terms", seal["terms"]])
    return [part for parts in rng.sample(kept, rng.randint(0, len(kept))) for part in parts]


def unfitting(rng, draw):
    """Returns arguments that are well formed and do not agree with the draw."""
    entrant, seal = rng.choice(draw.entrants), draw.transcript["seal"]
    flipped = format(int(entrant.nonce, 16) ^ 1 << rng.randrange(128), "032x")
    return rng.choice((
        receipt(entrant, nonce=flipped),
        receipt(entrant, ticket=str(entrant.ticket + 1)),
        receipt(entrant, ticket=str(2**53 - 1)),
        receipt(entrant, email=entrant.email.upper()),
        receipt(entrant, email=entrant.email.replace("@", "+tag@")),
        receipt(entrant, email=entrant.email + "."),
        receipt(records.Entrant(1, "0" * 32, "nobody@example.org")),
        ["--commitment", records.random_hex(rng, 32)], ["--terms", records.random_hex(rng, 32)],
        ["--commitment", seal["terms"]], ["--terms", seal["commitment"]]))


def misuse(rng, draw):
    """Returns all arguments, files included, of a call that is wrong usage."""
    entrant = rng.choice(draw.entrants)
    digits = "0123456789abcdef" * 4
    odd_tickets = ("", "0", "010", "+3", "-3", "3.0", "3 ", " 3", "3\n", "0x3", "1e0", "\uff11",
                   "\u0663", "9" * 30, str(2**53), str(2**63 - 1), str(2**63), str(2**64 + 1), "a",
                   "1_0", "1,0")
    odd_nonces = ("", entrant.nonce[1:], entrant.nonce + "0", "A" * 32, "g" * 32, "0x" + "0" * 30,
                  entrant.nonce[:-1] + " ", "\uff11" * 32)
    odd_addresses = ("", "example.org", "a b@example.org", "\u00e1@example.org", "a@example.org\n",
                     "@", " a@example.org", "a@", "@example.org", "a@ex\u00e1mple.org",
                     "a@example.org\x7f")
    odd_hashes = ("", digits[:-1], digits + "0", digits.upper(), "g" * 64, " " + digits)
    more = rng.choice((
        receipt(entrant, ticket=rng.choice(odd_tickets)),
        receipt(entrant, ticket=rng.choice(odd_tickets)),
        receipt(entrant, nonce=rng.choice(odd_nonces)),
        receipt(entrant, email=rng.choice(odd_addresses)),
        receipt(entrant, **dict.fromkeys(
            rng.sample(("ticket", "nonce", "email"), rng.choice((1, 2))))),
        receipt(entrant) + receipt(entrant)[:2], receipt(entrant)[:-1],
        ["--commitment", rng.choice(odd_hashes)], ["--terms", rng.choice(odd_hashes)],
        ["--commitment"], ["--seal"], ["--seal", "nowhere"], ["--seal", "."],
        ["--seal", "seal.json", "--seal", "seal.json"], ["--leaves", "leaves.txt"], ["draw.json"],
        ["--unknown"], ["--tick", "1"], ["--email", ""], ["-x"], [""], ["--"], ["--", "--"],
        ["--terms", digits, "--terms", digits]))
    if rng.random() < 0.2:
        return rng.choice(([], ["draw.json"], ["--leaves", "leaves.txt"],
                           ["nowhere", "--leaves", "leaves.txt"], [".", "--leaves", "leaves.txt"],
                           ["draw.json", "--leaves", "nowhere"], ["draw.json", "--leaves", "."],
                           ["draw.json", "--leaves"], ["draw.json", "--leaves", ""],
                           ["", "--leaves", "leaves.txt"]))
    return FILES + more if rng.random() < 0.5 else more + FILES


# ---- Cases ---------------------------------------------------------------------------------------


def case_of(label, draw, arguments=(), status=None):
    return Case(label, draw.text, draw.list_text, records.canonical(draw.transcript["seal"]),
                FILES + list(arguments), status)


def right(rng):
    draw = records.random_draw(rng)
    case = case_of("right", draw, fitting(rng, draw), 0)
    case.transcript += rng.choice((b"", b"", b"\n"))
    case.seal += rng.choice((b"", b"", b"\n"))
    return case


def another_receipt(rng):
    draw = records.random_draw(rng)
    return case_of("right, but another receipt", draw, unfitting(rng, draw), 1)


def another_seal(rng):
    """The draw is right, but the kept seal is altered or spelled in another way."""
    draw = records.random_draw(rng)
    case = case_of("", draw, ["--seal", "seal.json"])
    seal = copy.deepcopy(draw.transcript["seal"])
    if rng.random() < 0.5:
        case.seal, how = alterations.alter_text(rng, seal)
        same = alterations.same_record(case.seal, draw.transcript["seal"])
    else:
        holder = records.Draw(draw.entrants, {"seal": seal}, draw.leaves)
        how = alterations.alter_value(rng, holder, "nothing")
        case.seal = records.canonical(holder.transcript.get("seal"))
        same = case.seal == records.canonical(draw.transcript["seal"])
    case.label = f"right, but another seal, {how}"
    case.status = 0 if same else 1
    return case


def wrong_usage(rng):
    draw = records.random_draw(rng)
    case = case_of("wrong usage", draw, status=2)
    case.arguments = misuse(rng, draw)
    return case


def a_cheat(rng):
    """Half of them come with something from before the cheat, which shows more than the record."""
    chosen = rng.choice(CHEATS)
    before, after = chosen.draw(rng)
    case = case_of(f"cheat: {chosen.name}", after, (), chosen.status)
    promised = before.transcript["seal"]
    if rng.random() < 0.5:
        return case
    case.seal = records.canonical(promised)
    kept = rng.choice(("seal", "commitment", "terms", "receipt"))
    if kept == "receipt":
        entrant = rng.choice(before.entrants)
        case.arguments += receipt(entrant)
        same = after.leaves.count(entrant.leaf) == 1
    else:
        case.arguments += {"seal": ["--seal", "seal.json"],
                           "commitment": ["--commitment", promised["commitment"]],
                           "terms": ["--terms", promised["terms"]]}[kept]
        now = after.transcript["seal"]
        same = now == promised if kept == "seal" else now[kept] == promised[kept]
    case.status = case.status if same else 1
    return case


def other_values(rng):
    draw = records.random_draw(rng)
    before, kept = draw.text, fitting(rng, draw) if rng.random() < 0.2 else []
    seal = records.canonical(draw.transcript["seal"])
    depth = rng.choice(("all", "all", "digest", "nothing"))
    label = alterations.alter_value(rng, draw, depth)
    # The digest covers every value. If it stays the same, every change must be noticed.
    status = 0 if draw.text == before else 1 if depth == "nothing" else None
    return Case(label, draw.text, draw.list_text, seal, FILES + kept, status)


def other_text(rng):
    draw = records.random_draw(rng)
    data, label = alterations.alter_text(rng, draw.transcript)
    case = case_of(label, draw, fitting(rng, draw) if rng.random() < 0.2 else [])
    case.transcript = data
    case.status = 0 if alterations.same_record(data, draw.transcript) else 1
    return case


def other_leaves(rng):
    draw = records.random_draw(rng)
    before = draw.list_text
    data, label = alterations.alter_leaf_file(rng, before)
    case = case_of(label, draw, status=0 if data == before else 1)
    if rng.random() < 0.4:  # then the seal is the right one for this list, if it still is a list
        draw.leaves = [line.decode("latin-1") for line in data.split(b"\n")[:-1]]
        records.refit(draw)
        case = case_of(f"{label}, all fitted", draw)
    case.leaves = data
    return case


WAYS = {right: 10, another_receipt: 8, another_seal: 10, wrong_usage: 10, a_cheat: 22,
        other_values: 40, other_text: 25, other_leaves: 10}


def random_case(rng):
    return rng.choices(list(WAYS), WAYS.values())[0](rng)
