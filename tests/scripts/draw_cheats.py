"""Attacks on a draw, each named by what the cheat wants.

A cheat is a function of a random.Random and a Draw that it alters. All that follows is computed
again, as a cheat with the whole program would do; `status` says what a verifier must answer.
"""

import copy

import draw_records as records


class Cheat:
    def __init__(self, function, status, kinds, entrants):
        self.name = function.__name__.replace("_", " ")
        self.function = function
        self.status = status
        self.kinds = kinds  # the beacons with which the cheat makes sense
        self.entrants = entrants  # the fewest with which it does

    def draw(self, rng):
        """Returns a right draw, and the same draw after the cheat."""
        while True:
            before = records.random_draw(rng, rng.choice(self.kinds))
            if len(before.entrants) >= self.entrants:
                break
        after = copy.deepcopy(before)
        self.function(rng, after)
        return before, after


CHEATS = []
KNOWN = ("quicknet", "default")
DRAND = KNOWN + ("unknown",)


def cheat(status=1, kinds=records.KINDS, entrants=1):
    return lambda function: CHEATS.append(Cheat(function, status, kinds, entrants)) or function


def without_events(draw):
    draw.transcript["events"] = []
    return draw


def redo(draw, *path):
    records.refit(without_events(draw), path)


# ---- Randomness whose value the cheat knew -------------------------------------------------------


@cheat(kinds=KNOWN)
def a_round_from_before_the_seal(rng, draw):
    beacon = draw.transcript["seal"]["beacon"]
    beacon["round"] = max(0, beacon["round"] - rng.choice((1, 2, 10**6)))
    redo(draw, "seal", "beacon", "round")


@cheat(kinds=KNOWN)
def a_later_round_than_the_first(rng, draw):
    draw.transcript["seal"]["beacon"]["round"] += rng.choice((1, 2, 10**6))
    redo(draw, "seal", "beacon", "round")


@cheat(kinds=KNOWN)
def no_time_for_witnesses(rng, draw):
    # This round would be right if there were no delay.
    seal = draw.transcript["seal"]
    seal.update(draw_delay="604800s", sealed_at="2027-01-01T00:00:00Z")
    seal["beacon"]["round"] = records.first_round(
        seal["beacon"]["chain"], records.to_seconds(seal["sealed_at"]), 0)
    redo(draw, "seal", "beacon", "round")


@cheat(kinds=DRAND)
def a_value_that_no_signature_gives(rng, draw):
    draw.transcript["reveal"]["value"] = records.random_hex(rng, 32)
    redo(draw, "reveal", "value")


@cheat(kinds=DRAND)
def a_value_without_signature(rng, draw):
    del draw.transcript["reveal"]["signature"]
    redo(draw)


@cheat(kinds=DRAND)
def a_value_in_capitals(rng, draw):
    # The seed is a hash of this text, so another spelling would draw other winners.
    value = draw.transcript["reveal"]["value"].upper()
    draw.transcript["reveal"]["value"] = value if value.lower() != value else "A" + value[1:]
    redo(draw, "reveal", "value")


@cheat(kinds=("default",))
def no_previous_signature(rng, draw):
    del draw.transcript["reveal"]["previous_signature"]
    redo(draw)


@cheat(kinds=("quicknet", "none", "public"))
def a_previous_signature_where_none_is(rng, draw):
    draw.transcript["reveal"]["previous_signature"] = records.random_hex(rng, 96)
    redo(draw)


@cheat(kinds=("none", "public"))
def a_signature_where_none_is(rng, draw):
    draw.transcript["reveal"]["signature"] = records.random_hex(rng, 48)
    redo(draw, "reveal", "value")


@cheat(kinds=("none",))
def a_value_where_none_is(rng, draw):
    draw.transcript["reveal"]["value"] = rng.choice((" ", "0", records.random_hex(rng, 32)))
    redo(draw, "reveal", "value")


@cheat(kinds=("public",))
def a_value_in_another_spelling(rng, draw):
    reveal = draw.transcript["reveal"]
    value, i = reveal["value"], rng.randrange(len(reveal["value"]))
    reveal["value"] = rng.choice((
        value + " ", " " + value, value + "\n", value + "\u200b", value[:i] + "\u200b" + value[i:],
        value[:i] + "\uff11" + value[i + 1:], value[:i] + "\u0661" + value[i + 1:], value[:-1], "",
        value[:i] + "a" + value[i + 1:] if value[i] != "a" else value + "a", value + value[-1:],
        value[:i] + "\u00a0" + value[i + 1:]))
    redo(draw, "reveal", "value")


@cheat(kinds=("public",))
def a_seal_made_when_the_value_was_known(rng, draw):
    seal = draw.transcript["seal"]
    sealed_at = records.to_seconds(seal["sealed_at"])
    seal["beacon"]["known_from"] = records.to_time(max(0, sealed_at - rng.choice((0, 1, 86400))))
    redo(draw)


@cheat(kinds=("public",))
def a_format_that_leaves_no_chance(rng, draw):
    beacon, reveal = draw.transcript["seal"]["beacon"], draw.transcript["reveal"]
    beacon["format"], reveal["value"] = rng.choice((
        ("9999", "1234"), ("12345", "12345"), ("99999 ", "12345 "), ("9" * 65, "1" * 65),
        ("99999\u00e9", "12345\u00e9"), ("9a9a9a9a", "1a1a1a1a")))
    redo(draw)


@cheat(kinds=("public",))
def a_source_that_reads_otherwise_than_it_is(rng, draw):
    draw.transcript["seal"]["beacon"]["source"] = rng.choice((
        "lottery\u202e yrettol", "a\nb", "a\u200fb", "\u061c", "\x7f", "\x85", "\u2066x\u2069", "",
        "x" * 501, "e\u0301", "\u200e"))
    redo(draw)


# ---- Another list --------------------------------------------------------------------------------


@cheat()
def the_same_leaf_ninety_times(rng, draw):
    draw.leaves[rng.randrange(len(draw.leaves)):0] = [rng.choice(draw.leaves)] * rng.choice((1, 90))
    redo(draw)


@cheat(entrants=2)
def a_list_that_is_not_by_ticket(rng, draw):
    draw.transcript["seal"]["alternates"] = len(draw.leaves)  # so that all are drawn
    i, j = rng.sample(range(len(draw.leaves)), 2)
    draw.leaves[i], draw.leaves[j] = draw.leaves[j], draw.leaves[i]
    redo(draw)


@cheat()
def tickets_that_leave_no_room_for_the_list(rng, draw):
    # An invented entrant stands before ticket 1, which can only be the first.
    draw.transcript["seal"]["alternates"] = len(draw.leaves) + 1
    first = draw.entrants[0]
    first.ticket = 1
    draw.leaves[0] = first.leaf
    draw.leaves.insert(0, records.leaf_of(1, "0" * 64))
    redo(draw)


@cheat()
def nobody_takes_part(rng, draw):
    draw.leaves = []
    seal = draw.transcript["seal"]
    seal["root"] = rng.choice((records.sha256(b"").hex(), "0" * 64))
    redo(draw, "seal", "root")


@cheat(entrants=2)
def an_entrant_left_out_of_the_published_list(rng, draw):
    del draw.leaves[rng.randrange(len(draw.leaves))]


@cheat()
def an_entrant_added_to_the_published_list(rng, draw):
    draw.leaves.append(records.random_hex(rng, 32))


@cheat()
def another_root(rng, draw):
    draw.transcript["seal"]["root"] = records.random_hex(rng, 32)
    redo(draw, "seal", "root")


@cheat()
def another_number_of_entrants(rng, draw):
    seal = draw.transcript["seal"]
    seal["entrants"] = rng.choice((seal["entrants"] + 1, seal["entrants"] - 1, 2**53 - 1))
    redo(draw, "seal", "entrants")


# ---- Other promises ------------------------------------------------------------------------------


@cheat()
def a_car_instead_of_a_hamper(rng, draw):
    terms = draw.transcript["terms"]
    if terms["prizes"] and rng.random() < 0.5:
        rng.choice(terms["prizes"])["name"] = "coche"
    else:
        terms[rng.choice(("name", "description", "organizer"))] += " car"
    redo(draw, "seal", "terms")


@cheat()
def more_winners_than_prizes(rng, draw):
    terms, seal = draw.transcript["terms"], draw.transcript["seal"]
    terms["prizes"] = [{"name": "Cesta", "count": seal["winners"], "value": ""}]
    seal["winners"] += rng.choice((1, 2, 2**40))
    redo(draw, "seal", "winners")


@cheat()
def a_prize_that_nobody_gets(rng, draw):
    terms, seal = draw.transcript["terms"], draw.transcript["seal"]
    terms["prizes"] = [{"name": "Cesta", "count": seal["winners"], "value": ""},
                       {"name": {"es": "coche"}, "count": rng.choice((0, 1, 2**53 - 1)),
                        "value": ""}]
    redo(draw)


@cheat()
def prizes_beyond_all_numbers(rng, draw):
    # A sum that overflows, or stops at the largest integer of a record, would hide what is missing.
    terms, seal = draw.transcript["terms"], draw.transcript["seal"]
    terms["prizes"] = [{"name": "Cesta", "count": 2**53 - 1, "value": ""}] * rng.choice((2, 2049))
    seal["winners"] = rng.choice((2**53 - 1, 2**53 - 2049))
    redo(draw)


@cheat()
def a_list_sealed_before_the_end(rng, draw):
    terms, seal = draw.transcript["terms"], draw.transcript["seal"]
    later = records.to_time(records.to_seconds(seal["sealed_at"]) + rng.choice((1, 86400)))
    terms[rng.choice(("at", "closes_at"))] = later
    redo(draw)


@cheat()
def rules_that_can_change(rng, draw):
    draw.transcript["terms"].update(rules_url="https://example.org/rules", rules_sha256="")
    redo(draw)


@cheat()
def one_sight_and_two_hashes(rng, draw):
    draw.transcript["terms"]["name"] = rng.choice(("e\u0301", "\u212b", "a\u0315\u0300"))
    redo(draw)


# ---- Another draw --------------------------------------------------------------------------------


@cheat()
def another_secret(rng, draw):
    draw.transcript["reveal"]["secret"] = records.random_hex(rng, 32)
    redo(draw, "seal", "commitment")


@cheat()
def another_seed(rng, draw):
    draw.transcript["seed"] = records.random_hex(rng, 32)
    redo(draw, "seed")


@cheat(entrants=2)
def another_winner(rng, draw):
    rows = draw.transcript["drawn"]
    row = rng.choice(rows)
    index = rng.choice([i for i in range(len(draw.entrants)) if i != row["index"]])
    entrant = draw.entrants[index]
    row.update(index=index, ticket=entrant.ticket, key=entrant.key, leaf=entrant.leaf)
    redo(draw, "drawn")


@cheat()
def a_prize_for_an_alternate(rng, draw):
    row = draw.transcript["drawn"][-1]
    row["role"] = "alternate" if row["role"] == "winner" else "winner"
    redo(draw, "drawn")


@cheat()
def fewer_drawn_or_more(rng, draw):
    rows = draw.transcript["drawn"]
    if rng.random() < 0.5:
        del rows[rng.randrange(len(rows))]
    else:
        rows.append({**rows[-1], "position": len(rows) + 1})
    redo(draw, "drawn")


@cheat()
def a_winner_under_another_ticket(rng, draw):
    row = rng.choice(draw.transcript["drawn"])
    row[rng.choice(("ticket", "position"))] += rng.choice((1, 100))
    redo(draw, "drawn")


@cheat()
def a_winner_with_another_key(rng, draw):
    row = rng.choice(draw.transcript["drawn"])
    row["key"] = records.random_hex(rng, 32)
    if rng.random() < 0.5:
        row["leaf"] = records.leaf_of(row["ticket"], row["key"])
    redo(draw, "drawn")


@cheat()
def a_record_of_version_1(rng, draw):
    rng.choice((draw.transcript, draw.transcript["seal"]))["version"] = 1
    redo(draw)


# ---- Prizes that pass on as they should not ------------------------------------------------------


def with_events(draw, *events):
    """Makes a draw of two winners and two alternates with events (kind, position, promoted)."""
    seal, terms = draw.transcript["seal"], draw.transcript["terms"]
    seal.update(winners=2, alternates=2)
    terms["prizes"] = [{"name": "Cesta", "count": 2, "value": ""}]
    at = records.to_seconds(seal["sealed_at"])
    draw.transcript["events"] = [
        {"at": records.to_time(at + 86400 * i), "kind": kind, "position": position,
         "reason": "withdrawn", "promoted": promoted}
        for i, (kind, position, promoted) in enumerate(events)]
    records.refit(draw)
    return draw.transcript["events"]


def lost(rng):
    return rng.choice(("disqualified", "unclaimed", "unreachable"))


@cheat(entrants=4)
def the_prize_passes_to_a_friend(rng, draw):
    with_events(draw, (lost(rng), 1, 3), (lost(rng), 2, rng.choice((3, 1, 2, None, 5))))


@cheat(entrants=4)
def an_alternate_is_passed_over(rng, draw):
    with_events(draw, (lost(rng), rng.choice((1, 2)), rng.choice((4, None))))


@cheat(entrants=4)
def one_prize_is_lost_twice(rng, draw):
    with_events(draw, (lost(rng), 1, 3), (lost(rng), 1, 4))


@cheat(entrants=4)
def an_alternate_who_waits_misses_a_claim(rng, draw):
    with_events(draw, (rng.choice(("unclaimed", "unreachable")), rng.choice((3, 4)), None))


@cheat(entrants=4)
def an_alternate_who_is_out_gets_a_prize(rng, draw):
    with_events(draw, ("disqualified", 3, None), (lost(rng), 2, 3))


@cheat(entrants=4)
def a_waiting_alternate_promotes_another(rng, draw):
    with_events(draw, ("disqualified", 3, 4))


@cheat(entrants=4)
def somebody_who_was_not_drawn_is_out(rng, draw):
    with_events(draw, ("disqualified", rng.choice((5, 2**53 - 1)), None))


@cheat(entrants=4)
def a_prize_is_lost_before_the_seal(rng, draw):
    events = with_events(draw, (lost(rng), 1, 3))
    seal = draw.transcript["seal"]
    if records.to_seconds(seal["sealed_at"]) == 0:
        events[0]["at"] = "1969-12-31T23:59:59Z"
    else:
        events[0]["at"] = records.to_time(records.to_seconds(seal["sealed_at"]) - 1)
    records.refit(draw)


@cheat(entrants=4)
def a_later_event_is_dated_back(rng, draw):
    events = with_events(draw, (lost(rng), 1, 3), (lost(rng), 2, 4))
    events[0]["at"], events[1]["at"] = events[1]["at"], events[0]["at"]
    records.refit(draw)


@cheat(entrants=4)
def a_reason_that_is_none(rng, draw):
    events = with_events(draw, (lost(rng), 1, 3))
    events[0]["reason"] = rng.choice(("", "x" * 501, "a\nb", "\x7f", "\x9f", "e\u0301"))
    records.refit(draw)


@cheat()
def another_digest(rng, draw):
    draw.transcript["digest"] = records.random_hex(rng, 32)


# ---- What only the memory of others can show: right by itself ------------------------------------


@cheat(status=0)
def all_of_it_made_anew(rng, draw):
    draw.transcript["reveal"]["secret"] = records.random_hex(rng, 32)
    draw.transcript["terms"]["name"] += " 2"
    redo(draw)


@cheat(status=0, entrants=4)
def an_event_taken_back(rng, draw):
    with_events(draw, (lost(rng), 1, 3), ("disqualified", 4, None), (lost(rng), 3, None)).pop()
    records.refit(draw)


@cheat(status=0, entrants=2)
def an_entrant_forgotten_from_the_beginning(rng, draw):
    del draw.leaves[rng.randrange(len(draw.leaves))]
    redo(draw)


@cheat(status=0, entrants=2)
def one_person_with_many_tickets(rng, draw):
    for entrant in draw.entrants:
        entrant.email = "operator@example.org"
    draw.leaves = [entrant.leaf for entrant in draw.entrants]
    redo(draw)
