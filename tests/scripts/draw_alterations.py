"""Alters draws that were right: their values, the spelling of their JSON, their lists."""

import copy
import json
import unicodedata

import draw_records as records

# ---- Values --------------------------------------------------------------------------------------

ANYTHING = (None, True, False, 0, 1, 2, 3, -1, 2**31, 2**32, 2**53 - 1, 2**53, 2**63 - 1, 2**63,
            2**64, 10**400, "", "0", "1", "winner", "alternate", "none", "drand", "public", [], {},
            [[]], {"": ""}, "é", "e\u0301", "x" * 501)
HEX = ("0" * 64, "F" * 64, "f" * 63, "f" * 65, "g" * 64, "０" * 64, "f" * 64 + "\n", "ab", "abc",
       records.QUICKNET, records.DEFAULT_CHAIN)
TIMES = ("1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "2024-02-29T00:00:00Z",
         "2023-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z",
         "2026-04-31T00:00:00Z", "2026-12-21T24:00:00Z", "2026-12-21T23:59:60Z",
         "2016-12-31T23:59:60Z", "2026-12-21T23:59:61Z", "2026-12-21T09:00:00.000Z",
         "2026-12-21T09:00:00+00:00", "2026-12-21t09:00:00z", "2026-12-21 09:00:00Z",
         "2026-12-21T09:00:00Z\n", "2026-12-21T09:00Z", "9999-12-31T23:59:59Z",
         "10000-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "٢٠٢٦-12-21T09:00:00Z",
         "2026-12-21T9:00:00Z", "2100-02-29T00:00:00Z", "2000-02-29T00:00:00Z")
DURATIONS = ("0s", "1s", "00s", "01s", "-1s", "+1s", "1", "1m", "1S", " 1s", "s", "604800s",
             "604801s", "9223372036854775807s", "9" * 30 + "s", "1.0s", "٣s")
SLUGS = ("demo", "0", "-a", "a-", "a" * 63, "a" * 64, "A", "a_b", "a b", "á", "demo\n", "a/b")
ODD_TEXTS = ("\u0378", "\U0003fffd", "\ufffe", "\uffff", "\U0010ffff", "\ue000", "\x00", "\x1f",
             "\x7f", "\x80", "\x9f", "\u061c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202e",
             "\u2066", "\u2069", "\u2028", "\ufeff", "\u00ad", "n\u0303", "\u212b", "\uf900",
             "\u1100\u1161", "\u0323\u0307", "\u0307\u0323", "a\u0315\u0300", "\u0344", "ﬁ", " ",
             "x" * 500, "x" * 501, "🎲" * 500, "🎲" * 501, "é" * 500, "", "\\", '"', "\u0958",
             "\U0001d15e", "\u0f73", "a" * 70000)
PATTERNS = ("99999", "9999", "AAAA9", " 99999", "99999 ", "9" * 64, "9" * 65, "99999\t", "99999é",
            "99999\x7f", "~99999!", "aaaaa", "", "99999\n")
KINDS_OF_EVENTS = ("disqualified", "unclaimed", "unreachable", "withdrawn", "Disqualified")
LANGUAGES = ({}, {"es": "x"}, {"xx": "x"}, {"ES": "x"}, {"es": ""}, {"es": None},
             {"es": {"es": ""}}, {"es": "x", "en": "e\u0301"}, ["x"],
             {"de": "ä", "fr": "é", "pt": "ã", "ca": "ç"})

OF_A_MEMBER = {
    "at": TIMES, "opens_at": TIMES, "closes_at": TIMES, "sealed_at": TIMES, "known_from": TIMES,
    "draw_delay": DURATIONS, "campaign": SLUGS, "name": ODD_TEXTS + LANGUAGES,
    "value": ODD_TEXTS + LANGUAGES + HEX + PATTERNS, "description": ODD_TEXTS,
    "organizer": ODD_TEXTS, "contact_email": ODD_TEXTS, "rules_url": ODD_TEXTS,
    "reason": ODD_TEXTS, "source": ODD_TEXTS, "format": PATTERNS, "event": KINDS_OF_EVENTS,
    "kind": KINDS_OF_EVENTS + ("none", "drand", "public"), "role": ("winner", "alternate"),
}


def paths_of(value, path=()):
    """Yields the path of everything inside a value, containers included."""
    items = value.items() if isinstance(value, dict) else \
        enumerate(value) if isinstance(value, list) else ()
    for name, member in items:
        yield path + (name,)
        yield from paths_of(member, path + (name,))


def random_path(rng, value):
    """Chooses a path. Long lists are no likelier than single members."""
    kinds = {}
    for path in paths_of(value):
        kinds.setdefault(tuple("[]" if isinstance(p, int) else p for p in path), []).append(path)
    return rng.choice(kinds[rng.choice(sorted(kinds))])


def at_path(value, path):
    for name in path:
        value = value[name]
    return value


def another_value(rng, name, value):
    """Returns a value, mostly of the same type, so that more than the form is tested."""
    choice = rng.random()
    if choice < 0.15:
        return copy.deepcopy(rng.choice(ANYTHING))
    if type(value) is int and choice < 0.8:
        return rng.choice((value + 1, value - 1, value * 2, 0, 1, 2, 2**53 - 1, 2**53, -value))
    if isinstance(value, str) and choice < 0.5 and value:
        i = rng.randrange(len(value))
        return value[:i] + rng.choice("0123456789abcdefAZ -:.é") + value[i + 1:]
    if isinstance(value, str) and choice < 0.6:
        return rng.choice((value.upper(), value + " ", value[:-1], value + "\u200b",
                           unicodedata.normalize("NFD", value), value[::-1]))
    pool = OF_A_MEMBER.get(name, HEX if isinstance(value, str) else ANYTHING)
    return copy.deepcopy(rng.choice(pool))


def alter_list(rng, elements):
    if not elements:
        elements.append(rng.choice(({}, None, 1)))
        return "added to"
    i, j = rng.randrange(len(elements)), rng.randrange(len(elements))
    how = rng.choice(("removed", "doubled", "swapped", "emptied"))
    if how == "removed":
        del elements[i]
    elif how == "doubled":
        elements.insert(j, copy.deepcopy(elements[i]))
    elif how == "swapped":
        elements[i], elements[j] = elements[j], elements[i]
    else:
        elements.clear()
    return how


def alter_value(rng, draw, depth):
    """Alters one value of the transcript and says which.

    What follows from it is computed again: "all", the "digest" alone, or "nothing".
    """
    path = random_path(rng, draw.transcript)
    owner, name = at_path(draw.transcript, path[:-1]), path[-1]
    value, choice = owner[name], rng.random()
    if isinstance(value, list) and choice < 0.7:
        how = alter_list(rng, value)
    elif isinstance(value, dict) and choice < 0.2:
        value[rng.choice(("note", "", "Version", "signature", "en", "é", "__proto__"))] = "x"
        how = "unknown member in"
    elif isinstance(owner, dict) and choice < 0.1:
        del owner[name]
        how = "without"
    else:
        owner[name] = another_value(rng, name, value)
        how = "other"
    if depth == "all":
        if rng.random() < 0.5 and path[0] != "events":
            draw.transcript["events"] = []
        records.refit(draw, path)
    elif depth == "digest" and path != ("digest",):
        fit_digest(draw)
    return f"value: {how} {'.'.join(map(str, path))}, {depth} fitted"


def fit_digest(draw):
    rest = {name: value for name, value in draw.transcript.items() if name != "digest"}
    draw.transcript["digest"] = records.hash_of(rest)


# ---- JSON text -----------------------------------------------------------------------------------


def other_number(rng, value):
    n = str(value)
    return rng.choice((n + ".0", n + "e0", n + "E0", n + "E+0", "0" + n, "+" + n, "-" + n, "-0",
                       n + "0e-1", n + " ", "\t" + n, "\u00a0" + n, n + "/**/", '"' + n + '"',
                       "9" * 5000, "1e999", "NaN", "Infinity", "-Infinity", "0x1", "0.0", n + ".",
                       str(2**64 + (value if type(value) is int else 0)), "true", n + "e", ".0"))


def other_text(rng, value):
    plain = records.spell_text(value)
    escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 2**16 else
                      "\\u{:04x}\\u{:04x}".format(*divmod_surrogates(c)) for c in value)
    return rng.choice((
        f'"{escaped}"', f'"{escaped.upper()}"'.replace("\\U", "\\u"), json.dumps(value),
        plain[:-1] + '\\/"', plain[:-1] + "\\ud800\"", plain[:-1] + "\\ude00\\ud83d\"",
        plain[:-1] + "\\ud83d\\uDE00\"", plain[:-1] + "\\x41\"", plain[:-1] + "\t\"",
        plain[:-1] + "\x1f\"", plain[:-1] + "\x7f\"", plain[:-1] + "\udced\udca0\udc80\"",
        plain[:-1] + "\udcc0\udc80\"", plain[:-1] + "\udcf4\udc90\udc80\udc80\"",
        plain[:-1] + "\udcff\"", plain[:-1] + "\udcc3\"", plain[:-1] + "\x00\"", plain[:-1],
        "'" + value + "'", plain + plain, plain.replace('"', "“"), plain[:-1] + "\\u007f\"",
        plain[:-1] + "\\u00e9\"", plain[:-1] + "\\u000A\"", plain[:-1] + "\\u000a\"",
        records.spell_text(unicodedata.normalize("NFD", value)), " " + plain, plain + "\n",
        plain.replace("/", "\\/"), plain.replace("\\n", "\n"), "null"))


def divmod_surrogates(character):
    high, low = divmod(ord(character) - 2**16, 2**10)
    return 0xD800 + high, 0xDC00 + low


def other_object(rng, value):
    members = [records.spell_text(name) + ":" + records.spell(value[name])
               for name in sorted(value)]
    if not members:
        return rng.choice(("{ }", "{,}", "{"))
    one = rng.choice(members)
    shuffled = rng.sample(members, len(members))
    doubled = one.split(":")[0] + ":" + rng.choice(("null", "0", '""', "{}"))
    return rng.choice((
        "{" + ",".join(shuffled) + "}", "{" + ",".join(members[::-1]) + "}",
        "{" + ",".join(members + [one]) + "}", "{" + ",".join([one] + members) + "}",
        "{" + ",".join(members + [doubled]) + "}", "{" + ",".join([doubled] + members) + "}",
        "{" + ",".join(members) + ",}", "{ " + ",".join(members) + "}",
        "{" + ", ".join(members) + "}", "{" + ",\n".join(members) + "}",
        "{" + ",".join(members) + "//\n}", "{" + ";".join(members) + "}",
        "{" + ",".join(m.replace('":', '" :', 1) for m in members) + "}",
        "{" + ",".join(m.replace('":', '\\u0000":', 1) for m in members) + "}",
        "{" + ",".join(f'"\\u{ord(m[1]):04x}{m[2:]}' for m in members) + "}",
        "[" + ",".join(members) + "]", json.dumps(value, indent=1), json.dumps(value),
        "{" + ",".join(m for m in members if m != one) + "}"))


def other_list(rng, value):
    plain = records.spell(value)
    return rng.choice((plain[:-1] + ",]", "[ " + plain[1:], plain[:-1] + " ]", plain[:-1],
                       "[" * 200000 + "]" * 200000, "[" * 900 + plain + "]" * 900, "[,]",
                       plain + "]", json.dumps(value), "{}", "null", "[null]"))


def other_spelling(rng, value):
    if isinstance(value, dict):
        return other_object(rng, value)
    if isinstance(value, list):
        return other_list(rng, value)
    if isinstance(value, str):
        return other_text(rng, value)
    if value is None:
        return rng.choice(("NULL", "nul", "undefined", "", "null ", '"null"', "None", "{}"))
    return other_number(rng, value)


def other_whole(rng, data):
    """Spells the whole file in another way. Most of these have the same values and digest."""
    value = json.loads(data)
    return rng.choice((
        data + b"\n", data + b"\n\n", data + b" ", data + b"\r\n", data + b"\0", b" " + data,
        b"\n" + data, b"\xef\xbb\xbf" + data, data + data, data[:-1], data[1:], b"", b"{}", b"[]",
        b"null", b"2", b"[" * 100000, b'{"version":1}', b'{"version":3}', b'{"version":2}',
        b'{"seal":' * 100000, data.decode().encode("utf-16"), json.dumps(value).encode(),
        json.dumps(value, indent=2, ensure_ascii=False).encode(), data + b"// end", b"\x1a",
        json.dumps(value, separators=(",", ":")).encode(), data.replace(b",", b",\n"),
        unicodedata.normalize("NFD", data.decode()).encode(), b"[" + data + b"]", data + b"\x0b",
        data.replace(b'"version":2', b'"version":1')))


def other_bytes(rng, data):
    """Changes, inserts, deletes or repeats single bytes."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        i = rng.randrange(len(changed))
        how = rng.choice(("flip", "insert", "delete", "repeat"))
        if how == "flip":
            changed[i] ^= 1 << rng.randrange(8)
        elif how == "insert":
            changed[i:i] = rng.choice((b" ", b"\n", b"0", b",", b"\\", b'"', b"\xcc\x81", b"\0"))
        elif how == "delete" and len(changed) > 1:
            del changed[i]
        else:
            changed[i:i] = changed[i:i + 1]
    return bytes(changed)


def alter_text(rng, transcript):
    """Returns the bytes of a changed spelling, and a text that says what was changed."""
    data, choice = records.canonical(transcript), rng.random()
    if choice < 0.2:
        return other_whole(rng, data), "text: the whole"
    if choice < 0.35:
        return other_bytes(rng, data), "text: bytes"
    path = random_path(rng, transcript)
    spelled = records.spell(transcript, path, lambda value: other_spelling(rng, value))
    return (spelled.encode("utf-8", "surrogateescape"),
            f"text: {type(at_path(transcript, path)).__name__} {'.'.join(map(str, path))}")


def same_record(data, transcript):
    plain = records.canonical(transcript)
    return data in (plain, plain + b"\n")


# ---- Leaves --------------------------------------------------------------------------------------


def alter_leaf_file(rng, data):
    """Returns a changed list, and a text that says what was changed."""
    lines = data.splitlines(keepends=True)
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    one = lines[i]
    how = rng.choice((
        "doubled", "missing", "swapped", "no end", "crlf", "cr", "upper case", "empty line",
        "empty", "space", "bom", "short", "long", "digit", "not a digit", "one more", "zero byte",
        "twice"))
    if how == "swapped":
        lines[i], lines[j] = lines[j], lines[i]
    elif how == "missing":
        del lines[i]
    elif how == "empty line":
        lines.insert(i, b"\n")
    elif how == "one more":
        lines.append(b"0" * 64 + b"\n")
    elif how == "doubled":
        lines.insert(j, one)
    else:
        lines[i] = {"crlf": one[:-1] + b"\r\n", "cr": one[:-1] + b"\r", "upper case": one.upper(),
                    "space": one[:-1] + b" \n", "short": one[1:], "long": b"0" + one,
                    "digit": (b"1" if one[:1] == b"0" else b"0") + one[1:],
                    "not a digit": b"g" + one[1:], "zero byte": b"\0" + one[1:]}.get(how, one)
    whole = b"".join(lines)
    whole = {"no end": whole[:-1], "empty": b"", "bom": b"\xef\xbb\xbf" + whole,
             "twice": whole * 2}.get(how, whole)
    return whole, f"leaves: {how}"
