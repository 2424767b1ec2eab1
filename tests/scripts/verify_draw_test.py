"""scripts/verify_draw.py: what it accepts, and each thing it refuses, by its name."""

import contextlib
import importlib.util
import io
import pathlib
import random
import re
import struct
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

import draw_cases
import draw_differential
import draw_records as records
from draw_cheats import CHEATS

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "verify_draw.py"
SPEC = importlib.util.spec_from_file_location("verify_draw", SCRIPT)
verify_draw = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(verify_draw)
Kept = verify_draw.Kept
plain = records.check_value


def verdict(draw, kept=Kept(), data=None, leaves=None):
    """Does all of it fit, and what does the script say?"""
    lines = []
    good = verify_draw.verify(draw.text if data is None else data,
                              io.BytesIO(draw.list_text if leaves is None else leaves), kept,
                              lines.append)
    return good, "\n".join(lines)


def with_beacon(beacon, **reveal):
    draw = plain()
    draw.transcript["seal"]["beacon"] = beacon
    draw.transcript["reveal"].update(reveal)
    return records.refit(draw)


def quicknet():
    return with_beacon({"kind": "drand", "chain": records.QUICKNET, "round": 0},
                       signature="ab" * 48)


def default_chain():
    return with_beacon({"kind": "drand", "chain": records.DEFAULT_CHAIN, "round": 0},
                       signature="ab" * 96, previous_signature="cd" * 96)


def unknown_chain():
    return with_beacon({"kind": "drand", "chain": "12" * 32, "round": 5}, signature="ab")


def lottery():
    return with_beacon({"kind": "public", "source": "lotería", "format": "999 AA",
                        "known_from": "2026-12-22T08:00:00Z"}, value="123 XY")


def put(*path_and_value):
    """An alteration: what is at the path becomes the value, and nothing else is."""
    *path, name, value = path_and_value

    def change(draw):
        owner = draw.transcript
        for step in path:
            owner = owner[step]
        owner[name] = value
        return (*path, name)

    return change


def drop(*path):
    def change(draw):
        owner = draw.transcript
        for step in path[:-1]:
            owner = owner[step]
        del owner[path[-1]]
        return path

    return change


def event(at="2026-12-22T09:00:00Z", kind="unclaimed", position=1, reason="withdrawn", promoted=2):
    return put("events", [{"at": at, "kind": kind, "position": position, "reason": reason,
                           "promoted": promoted}])


# The draw, what is altered, and what is said. What follows from it is computed again.
REFUSALS = (
    (plain, put("version", 1), "form: version: 1, made by an unreleased program"),
    (plain, put("seal", "version", 1), "form: seal.version: 1, made by an unreleased program"),
    (plain, put("version", 3), "form: version: 3, made by a newer program"),
    (plain, put("seal", "version", 0), "form: seal.version: expected a number"),
    (plain, put("note", ""), 'form: "note": is no member of version 2'),
    (plain, put("terms", "url", ""), 'form: terms."url": is no member of version 2'),
    (plain, drop("seal", "excluded"), "form: seal.excluded: is missing"),
    (plain, drop("digest"), "form: digest: is missing"),
    (plain, put("reveal", "signature", None), "form: reveal.signature: expected bytes"),
    (plain, put("seal", "excluded", 2**53), "form: seal.excluded: expected a number"),
    (plain, put("seal", "excluded", -1), 'form: cannot be read: "-1" is no integer'),
    (plain, put("seal", "excluded", True), "form: seal.excluded: expected a number"),
    (plain, put("seal", "campaign", "-demo"), "form: seal.campaign: expected a campaign"),
    (plain, put("seal", "entrants", 0), "form: seal.entrants: expected a number from 1"),
    (plain, put("seal", "winners", 0), "form: seal.winners: expected a number from 1"),
    (plain, put("terms", "version", 0), "form: terms.version: expected a number from 1"),
    (plain, put("seal", "draw_delay", "01s"), "form: seal.draw_delay: expected a duration"),
    (plain, put("seal", "draw_delay", "604801s"), "form: seal.draw_delay: expected at most 7 days"),
    (plain, put("seal", "sealed_at", "2027-02-29T00:00:00Z"), "form: seal.sealed_at: "),
    (plain, put("seal", "sealed_at", "2026-12-31T23:59:60Z"), "form: seal.sealed_at: "),
    (plain, put("seal", "sealed_at", "2026-12-31T23:59:59.0Z"), "form: seal.sealed_at: "),
    (plain, put("terms", "at", "1969-12-31T23:59:59Z"), "form: terms.at: expected a time"),
    (plain, put("terms", "name", "e\u0301"), "form: terms.name: is not in Unicode's"),
    (plain, put("terms", "rules_url", "x"), "form: terms.rules_sha256: is empty"),
    (plain, put("terms", "rules_sha256", "A" * 64), "form: terms.rules_sha256: expected"),
    (plain, put("terms", "prizes", 0, "name", {}), "form: terms.prizes[0].name: expected"),
    (plain, put("terms", "prizes", 0, "name", {"eo": ""}), '"eo": is no member of version 2'),
    (plain, put("terms", "prizes", 0, "count", 0), "form: terms.prizes[0].count: expected"),
    (plain, put("seal", "terms", "0" * 64), 'terms: seal.terms: expected "f13861f9'),
    (plain, put("seal", "winners", 2), "terms: seal.winners: expected 1, found 2"),
    (plain, put("seal", "commitment", "0" * 64), 'commitment: seal.commitment: expected "e0e77a50'),
    (plain, put("seal", "entrants", 4), "leaves: seal.entrants: expected 3, found 4"),
    (plain, put("seal", "entrants", 2), "leaves: seal.entrants: expected as many as the list has"),
    (plain, put("seal", "root", "0" * 64), 'root: seal.root: expected "e7ebcb49'),
    (plain, put("seal", "sealed_at", "2026-11-24T11:59:59Z"), "2026-11-24T12:00:00Z, terms.at"),
    (plain, put("terms", "closes_at", "2026-12-21T09:00:01Z"), "09:00:01Z, terms.closes_at"),
    (plain, put("reveal", "value", "x"), 'beacon: reveal.value: expected "", found "x"'),
    (plain, put("reveal", "signature", "ab"), "beacon: reveal.signature: is there, but"),
    (quicknet, put("seal", "beacon", "round", 35013412), "beacon.round: expected 35013413"),
    (quicknet, put("seal", "beacon", "round", 35013414), "beacon.round: expected 35013413"),
    (quicknet, put("reveal", "previous_signature", "ab"), "previous_signature: is there"),
    (quicknet, put("reveal", "value", "0" * 64), "beacon: reveal.value: expected"),
    (quicknet, put("reveal", "signature", "AB"), "form: reveal.signature: expected bytes"),
    (quicknet, drop("reveal", "signature"), "beacon: reveal.signature: is missing"),
    (default_chain, drop("reveal", "previous_signature"), "previous_signature: is missing"),
    (unknown_chain, put("seal", "beacon", "round", 0), "form: seal.beacon.round: expected a number"),
    (unknown_chain, put("reveal", "value", "0" * 64), "beacon: reveal.value: expected"),
    (lottery, put("reveal", "value", "12\u200b XY"), 'beacon: reveal.value: character 3 is "'),
    (lottery, put("reveal", "value", "123 XYZ"), "beacon: reveal.value: expected 6 characters"),
    (lottery, put("reveal", "value", "123 Xy"), 'beacon: reveal.value: character 6 is "y"'),
    (lottery, put("reveal", "signature", "ab"), "beacon: reveal.signature: is there, but"),
    (lottery, put("seal", "beacon", "known_from", "2026-12-21T09:00:00Z"), "is not before"),
    (lottery, put("seal", "beacon", "format", "9999"), "form: seal.beacon.format: expected"),
    (lottery, put("seal", "beacon", "format", "99999 "), "form: seal.beacon.format: expected"),
    (lottery, put("seal", "beacon", "source", "a\u202eb"), "form: seal.beacon.source: expected"),
    (lottery, put("seal", "beacon", "source", "x" * 501), "form: seal.beacon.source: expected"),
    (lottery, put("seal", "beacon", "kind", "draw"), "form: seal.beacon.kind: expected none"),
    (plain, put("seed", "0" * 64), 'seed: seed: expected "e515e07c'),
    (plain, put("drawn", []), "drawn: drawn: expected 3 entries, found 0"),
    (plain, put("drawn", 0, "position", 2), "drawn: drawn[0].position: expected 1, found 2"),
    (plain, put("drawn", 1, "role", "winner"), 'drawn: drawn[1].role: expected "alternate"'),
    (plain, put("drawn", 1, "index", 0), "drawn: drawn[1].index: expected 1, found 0"),
    (plain, put("drawn", 1, "leaf", "0" * 64), "drawn: drawn[1].leaf: expected"),
    (plain, put("drawn", 1, "key", "0" * 64), "drawn: drawn[1].leaf: expected"),
    (plain, put("drawn", 1, "ticket", 1), "drawn: drawn[1].leaf: expected"),
    (plain, event(promoted=3), "events: events[0].promoted: expected 2, found 3"),
    (plain, event(promoted=None), "events: events[0].promoted: expected 2, found null"),
    (plain, event(position=4), "events: events[0].position: 4 holds no prize"),
    (plain, event(position=2), "events: events[0].position: 2 holds no prize"),
    (plain, event(position=3, kind="disqualified"), "events: events[0].promoted: expected null"),
    (plain, event(at="2026-12-21T08:59:59Z"), "events: events[0].at: expected"),
    (plain, event(reason=""), "form: events[0].reason: expected 1 to 500 characters"),
    (plain, event(reason="a\nb"), "form: events[0].reason: expected 1 to 500 characters"),
    (plain, event(kind="lost"), "form: events[0].kind: expected disqualified or"),
    (plain, put("digest", "0" * 64), 'digest: digest: expected "2990ed54'),
)


class CheckValue(unittest.TestCase):
    """The numbers of docs/draw.md, which neither script nor maker of records has computed."""

    def test_the_maker_of_records_computes_them(self):
        draw = plain()
        self.assertEqual(draw.entrants[0].key,
                         "8dd783dfb3f91dd6225a48afd1b77f6eda148ce2b258e2f46e9aec4abc86c5a1")
        self.assertEqual(draw.leaves[0],
                         "c76934f8fc395853840e7b5a96e86c0148e4e53d831b2e0b2fa9fd4227169533")
        self.assertEqual(draw.transcript["seal"]["root"],
                         "e7ebcb494d641287b810b7f98ccf451602cbb2e7d4e4795e01b4a0f0d20bb98e")

    def test_the_script_computes_them(self):
        draw = plain()
        good, words = verdict(draw)
        self.assertTrue(good, words)
        for number in ("f13861f9a46095db388a79ae6798ecc92a8b7ca5b2a76c7284d23f5e8a913cc2",
                       "e0e77a507412b120f6ede61f62295b1a7b2ff19d3dcc8f7253e51663470c888e",
                       "e7ebcb494d641287b810b7f98ccf451602cbb2e7d4e4795e01b4a0f0d20bb98e",
                       "f5ab12f1268f857a3fc9a7d8eb07a8a5835af25046adb60cfed494c0f1c0f8eb",
                       "e515e07c8f52b0a99f284d82c23ef5a3cd797977ce9224028c97cb1902294cfa"):
            self.assertIn(number, words)
        self.assertEqual([row["ticket"] for row in draw.transcript["drawn"]], [3, 2, 1])

    def test_the_times_of_the_known_chains_are_those_that_their_hashes_cover(self):
        # Keys, groups and names as https://api.drand.sh/CHAIN/info gives them.
        rest = {
            records.QUICKNET: (
                "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3a"
                "c6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5"
                "a6e9c76a4bc09e76eae8991ef5ece45a",
                "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e", b"quicknet"),
            records.DEFAULT_CHAIN: (
                "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c729"
                "3784a9402801af31",
                "176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a", b""),
        }
        self.assertEqual(set(verify_draw.KNOWN_CHAINS), set(rest))
        for chain, (key, group, name) in rest.items():
            known = verify_draw.KNOWN_CHAINS[chain]
            covered = struct.pack(">Iq", known.period, known.genesis)
            covered += bytes.fromhex(key) + bytes.fromhex(group) + name
            self.assertEqual(records.sha256(covered).hex(), chain)
            self.assertEqual(records.ROUNDS[chain], (known.genesis, known.period))


class Verdicts(unittest.TestCase):
    def test_right_draws_of_each_beacon_fit(self):
        for seed in range(100):
            for kind in records.KINDS:
                draw = records.random_draw(random.Random(seed), kind)
                good, words = verdict(draw)
                self.assertTrue(good, f"{kind} {seed}: {words}")

    def test_one_line_end_after_the_transcript_is_right_and_two_are_not(self):
        draw = plain()
        self.assertTrue(verdict(draw, data=draw.text + b"\n")[0])
        self.assertFalse(verdict(draw, data=draw.text + b"\n\n")[0])

    def test_each_refusal_by_name(self):
        for make, change, expected in REFUSALS:
            with self.subTest(expected):
                draw = make()
                records.refit(draw, change(draw))
                good, words = verdict(draw)
                self.assertFalse(good)
                wrong = [line for line in words.splitlines() if line.startswith("WRONG ")]
                self.assertIn(expected, wrong[0])

    def test_each_cheat_is_found_or_is_none(self):
        for cheat in CHEATS:
            for seed in range(5):
                with self.subTest(cheat.name, seed=seed):
                    _, draw = cheat.draw(random.Random(seed))
                    good, words = verdict(draw)
                    self.assertEqual(good, cheat.status == 0, words)

    def test_a_leaf_that_is_there_twice_proves_fraud(self):
        draw = plain()
        draw.leaves.append(draw.leaves[0])
        self.assertIn("WRONG leaves: lines 1 and 4 are the same leaf, which proves fraud",
                      verdict(records.refit(draw))[1])

    def test_tickets_must_ascend_and_leave_room_for_the_list(self):
        draw = plain()
        draw.leaves.reverse()
        self.assertRegex(verdict(records.refit(draw))[1], r"WRONG drawn: drawn\[.\].ticket: expect")

    def test_lists_that_are_written_otherwise_are_refused_by_their_line(self):
        draw = plain()
        lines = draw.list_text
        for leaves, number in ((lines[:-1], 3), (lines.replace(b"\n", b"\r\n"), 1),
                               (lines.upper(), 1), (lines[:65] + b"\n" + lines[65:], 2),
                               (b"\xef\xbb\xbf" + lines, 1), (lines[:130] + b"g" * 65, 3)):
            self.assertIn(f"WRONG leaves: line {number} is not ", verdict(draw, leaves=leaves)[1])
        self.assertIn("WRONG leaves: seal.entrants: expected 0,", verdict(draw, leaves=b"")[1])

    def test_json_that_is_written_otherwise_is_refused_by_its_place(self):
        draw = plain()
        for before, after, expected in (
                (b'"seed":', b'"seed":"","seed":', 'the member "seed" is there twice'),
                (b'"excluded":0', b'"excluded":0.0', '"0.0" is no integer'),
                (b'"excluded":0', b'"excluded":0e0', '"0e0" is no integer'),
                (b'"excluded":0', b'"excluded":-0', '"-0" is no integer'),
                (b'"excluded":0', b'"excluded":NaN', '"NaN" is no integer'),
                (b'"excluded":0', b'"excluded":' + b"9" * 5000, "is no integer"),
                (b'"excluded":0', b'"excluded": 0', "is not as canonical JSON (RFC 8785) writes"),
                (b'"demo"', b'"dem\\u006f"', "is not as canonical JSON (RFC 8785) writes"),
                (b'"Cesta"', b'"\\ud800"', "half a surrogate pair is no character"),
                (b'"Cesta"', b'"\xed\xa0\x80"', "cannot be read"),
                (b'"Cesta"', b"[" * 100000, "cannot be read: it is nested too deeply")):
            with self.subTest(expected):
                self.assertIn(before, draw.text)
                good, words = verdict(draw, data=draw.text.replace(before, after))
                self.assertFalse(good)
                self.assertIn(expected, words)

    def test_a_value_nested_as_deep_as_can_be_read_is_refused(self):
        # Between what the reader and what the writer of messages can do lies a narrow band.
        draw = plain()
        for depth in range(900, 1100):
            nested = b"[" * depth + b"]" * depth
            good, words = verdict(draw, data=draw.text.replace(b'"Cesta"', nested))
            self.assertFalse(good, words)

    def test_what_is_not_checked_is_said(self):
        for make, expected in (
                (plain, "only a witness's mail dates"),
                (plain, "for want of --seal"),
                (quicknet, f"compare with https://api.drand.sh/{records.QUICKNET}/public/"),
                (unknown_chain, f"compare with https://api.drand.sh/{'12' * 32}/public/5"),
                (unknown_chain, "whoever runs this chain may have known the value"),
                (lottery, "whoever sealed may have known the value"),
                (lottery, 'that "loter\\u00eda" gave "123 XY"')):
            with self.subTest(expected):
                good, words = verdict(make())
                self.assertTrue(good, words)
                self.assertRegex(words, "(?m)^NOT CHECKED: .*" + re.escape(expected))

    def test_characters_that_this_unicode_does_not_have_are_named_and_not_refused(self):
        draw = plain()
        draw.transcript["terms"]["name"] = "\u0378"
        good, words = verdict(records.refit(draw))
        self.assertTrue(good, words)
        self.assertIn("NOT CHECKED: the normal form of U+0378", words)

    def test_all_that_is_printed_is_printable_ascii(self):
        for seed in range(300):
            case = draw_cases.random_case(random.Random(f"ascii/{seed}"))
            lines = []
            verify_draw.verify(case.transcript, io.BytesIO(case.leaves), Kept(seal=case.seal),
                               lines.append)
            for line in lines:
                self.assertRegex(line, r"\A[ -~]*\Z")


class Keeping(unittest.TestCase):
    """What a participant kept, against a draw that is right by itself."""

    def setUp(self):
        self.draw = plain()
        entrant = self.draw.entrants[2]
        self.seal = records.canonical(self.draw.transcript["seal"])
        self.kept = Kept(entrant.ticket, entrant.nonce, entrant.email, self.seal,
                         self.draw.transcript["seal"]["commitment"],
                         self.draw.transcript["seal"]["terms"])

    def refused(self, expected, **others):
        good, words = verdict(self.draw, self.kept._replace(**others))
        self.assertFalse(good)
        self.assertEqual(words.count("WRONG "), 1, words)
        self.assertIn("WRONG " + expected, words)

    def test_all_that_was_kept_fits(self):
        good, words = verdict(self.draw, self.kept)
        self.assertTrue(good, words)
        self.assertIn(
            'ticket 3 is in the list at index 2, and was drawn at position 1: has "Cesta"', words)
        self.assertNotIn("for want of", words)

    def test_a_prize_goes_where_it_was_lost_to(self):
        self.draw.transcript["events"] = [
            {"at": "2026-12-22T09:00:00Z", "kind": "unreachable", "position": 1,
             "reason": "withdrawn", "promoted": 2}]
        records.refit(self.draw)
        self.assertIn("at position 1: has no prize", verdict(self.draw, self.kept)[1])
        second = self.draw.entrants[1]
        self.assertIn('at position 2: has "Cesta"', verdict(
            self.draw, self.kept._replace(ticket=2, nonce=second.nonce, email=second.email))[1])

    def test_an_entrant_who_is_not_in_the_list(self):
        self.refused("receipt: the leaf of ticket 4, ", ticket=4)
        self.refused("receipt: the leaf of ticket 3, ", nonce="0" * 32)
        self.refused("receipt: the leaf of ticket 3, ", email="C@example.org")

    def test_another_commitment(self):
        self.refused("commitment of the receipt: seal.commitment: expected", commitment="0" * 64)

    def test_other_terms(self):
        self.refused("terms of the receipt: the terms changed after this receipt; see terms.json",
                     terms="0" * 64)

    def test_another_seal(self):
        self.refused("seal that was kept: seal.excluded: expected 1, found 0",
                     seal=self.seal.replace(b'"excluded":0', b'"excluded":1'))

    def test_a_seal_that_is_none(self):
        self.refused("seal that was kept: the seal that was kept is none: seal.version: 1, made by",
                     seal=self.seal.replace(b'"version":2', b'"version":1'))
        self.refused("seal that was kept: the seal that was kept is not written as canonical JSON",
                     seal=self.seal.replace(b'":', b'": '))
        self.refused("seal that was kept: the seal that was kept is none: cannot be read", seal=b"")

    def test_one_line_end_after_the_seal_is_right(self):
        self.assertTrue(verdict(self.draw, self.kept._replace(seal=self.seal + b"\n"))[0])
        self.assertFalse(verdict(self.draw, self.kept._replace(seal=self.seal + b"\n\n"))[0])


class Arguments(unittest.TestCase):
    def test_cases_of_known_status_have_it(self):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            place = pathlib.Path(folder)
            for seed in range(600):
                case = draw_cases.random_case(random.Random(f"status/{seed}"))
                draw_differential.write_case(place, case)
                status, words = draw_differential.ask_script(verify_draw, place, case.arguments)
                self.assertIn(status, (0, 1, 2), case.label)
                if case.status is not None:
                    self.assertEqual(status, case.status, f"{case.label} {case.arguments} {words}")

    def test_as_a_program_it_reads_stdin_and_ends_with_its_status(self):
        draw = plain()
        with tempfile.TemporaryDirectory() as folder:
            leaves = pathlib.Path(folder) / "leaves.txt"
            leaves.write_bytes(draw.list_text)
            for data, status in ((draw.text, 0), (draw.text + b" ", 1)):
                ended = subprocess.run([sys.executable, "-B", SCRIPT, "-", "--leaves", leaves],
                                       input=data, capture_output=True, timeout=60, check=False)
                self.assertEqual(ended.returncode, status, ended.stderr)
            ended = subprocess.run([sys.executable, "-B", SCRIPT, leaves], capture_output=True,
                                   timeout=60, check=False)
            self.assertEqual(ended.returncode, 2)

    def test_a_comparison_finds_a_verifier_that_accepts_everything(self):
        program = pathlib.Path(__file__).with_name("draw_differential.py")
        ended = subprocess.run([sys.executable, "-B", program, "--binary", "/bin/true",
                                "--records", "20"], capture_output=True, text=True, timeout=60,
                               check=False)
        self.assertEqual(ended.returncode, 1)
        self.assertIn("binary 0, script 1", ended.stdout)


if __name__ == "__main__":
    unittest.main()
