#include "promotions/domain/draw_check.h"

#include "domain/draw_report.h"
#include "support/catch.h"

using namespace promotions;

namespace {

// With one field changed, and a digest that fits again.
std::string altered(const SampleDraw& draw, const std::string& pointer, const Json& value) {
  Json json = to_json(draw.transcript);
  json[Json::json_pointer(pointer)] = value;
  json["digest"] = to_hex(digest_of(json));
  return canonical_json(json);
}

std::string altered(const std::string& pointer, const Json& value) {
  return altered(eventful_draw(), pointer, value);
}

}  // namespace

TEST_CASE("check_draw: the published check value", "[domain]") {
  const TermsReading terms = read_terms(
      R"({"at":"2026-11-24T12:00:00Z","closes_at":"2026-12-20T22:59:59Z",)"
      R"("contact_email":"ampa@example.org","description":"","minimum_age":18,)"
      R"("name":"Sorteo de Navidad","opens_at":null,"organizer":"AMPA Miguel Hernández",)"
      R"("prizes":[{"count":1,"name":"Cesta","value":"80 €"}],"rules_sha256":"","rules_url":"",)"
      R"("version":1})");
  const std::string seal_text =
      R"({"alternates":2,"beacon":{"kind":"none"},"campaign":"demo",)"
      R"("commitment":"e0e77a507412b120f6ede61f62295b1a7b2ff19d3dcc8f7253e51663470c888e",)"
      R"("disqualified":0,"draw_delay":"0s","entrants":3,"excluded":0,)"
      R"("root":"e7ebcb494d641287b810b7f98ccf451602cbb2e7d4e4795e01b4a0f0d20bb98e",)"
      R"("sealed_at":"2026-12-21T09:00:00Z",)"
      R"("terms":"f13861f9a46095db388a79ae6798ecc92a8b7ca5b2a76c7284d23f5e8a913cc2",)"
      R"("version":2,"winners":1})";
  const SealReading seal = read_seal(seal_text);
  CHECK(terms.problems.empty());
  CHECK(seal.problems.empty());
  CHECK(canonical_json(to_json(seal.seal)) == seal_text);
  CHECK(hash_of(terms.terms) == seal.seal.terms);
  CHECK(to_hex(hash_of(seal.seal)) ==
        "f5ab12f1268f857a3fc9a7d8eb07a8a5835af25046adb60cfed494c0f1c0f8eb");

  SampleDraw draw;
  Transcript& transcript = draw.transcript;
  transcript.terms = terms.terms;
  transcript.seal = seal.seal;
  transcript.reveal.secret.fill(0xAA);
  transcript.seed = draw_seed(hash_of(seal.seal), transcript.reveal.secret, "");
  CHECK(to_hex(transcript.seed) ==
        "e515e07c8f52b0a99f284d82c23ef5a3cd797977ce9224028c97cb1902294cfa");
  const auto receipt_of = [](std::int64_t ticket) {
    Receipt receipt{
        ticket, {}, std::string(1, static_cast<char>('a' + ticket - 1)) + "@example.org"};
    receipt.nonce.fill(static_cast<unsigned char>(ticket));
    return receipt;
  };
  const auto entry = [&](std::int64_t position, std::int64_t ticket) {
    const Receipt receipt = receipt_of(ticket);
    const Hash key = entrant_key(receipt.nonce, receipt.email_key);
    return DrawnEntry{position, position == 1, ticket - 1, ticket, key, entrant_leaf(ticket, key)};
  };
  for (std::int64_t ticket = 1; ticket <= 3; ++ticket) {
    draw.leaves += to_hex(entry(1, ticket).leaf) + "\n";
  }
  transcript.drawn = {entry(1, 3), entry(2, 2), entry(3, 1)};

  const DrawReport report =
      check(draw.text(), draw.leaves,
            {receipt_of(2), seal_text + "\n", seal.seal.commitment, seal.seal.terms});
  CHECK(failures(report) == "");
  CHECK(outcomes(report) ==
        "form+ terms+ commitment+ leaves+ root+ seal+ beacon+ seed+ drawn+ events+ digest+ "
        "receipt+ kept seal+ kept commitment+ kept terms+ ");
  CHECK(report.passed());
}

TEST_CASE("check_draw: accepts what is published, whatever its size", "[domain]") {
  for (const std::int64_t n : {1, 2, 3, 4, 7, 8, 9, 64, 1023, 1025}) {
    for (const std::int64_t winners : {1, 3, 100}) {
      CAPTURE(n, winners);
      // Receipts of sample entrants are told apart by one byte of the nonce, and by the address.
      const SampleDraw draw =
          sample_draw(n, winners, winners / 3, sample_lottery(), BeaconAnswer{"12345 Z"});
      CHECK(failures(check(draw.text(), draw.leaves)) == "");
      CHECK(failures(check(draw.text() + "\n", draw.leaves)) == "");
    }
  }
  for (const SampleDraw& draw :
       {eventful_draw(), short_eventful_draw(),
        sample_draw(5, 1, 1, sample_drand(std::string(64, 'd')), sample_round())}) {
    CHECK(failures(check(draw.text(), draw.leaves)) == "");
  }
}

TEST_CASE("check_draw: what nothing published can show is said, and what to compare", "[domain]") {
  const std::string always =
      "whether one person, or the operator, has many tickets; no list can show that\n"
      "sealed_at is the operator's word; only the mail of a witness dates the seal\n";
  const std::string last =
      "whether an event was removed; compare with an earlier transcript, if you have one\n";
  const auto said = [](const SampleDraw& draw) {
    return not_checked(check(draw.text(), draw.leaves));
  };
  CHECK(said(sample_draw(3, 1, 1)) ==
        always + "whether the operator read the secret before the list was sealed\n" + last);
  const SampleDraw drand = eventful_draw();
  CHECK(said(drand) == always + "compare with https://api.drand.sh/" + kQuicknet + "/public/" +
                           std::to_string(drand.transcript.seal.beacon.round) + "\n" + last);
  const std::string unknown(64, 'd');
  CHECK(said(sample_draw(5, 1, 1, sample_drand(unknown), sample_round())) ==
        always + "compare with https://api.drand.sh/" + unknown + "/public/4711\n" +
            "this chain is none that is known here: whoever runs it may have known the value"
            " before the list was sealed\n" +
            last);
  CHECK(said(sample_draw(3, 1, 1, sample_lottery(), BeaconAnswer{"12345 Z"})) ==
        always + "compare with \"loter\\u00eda de Navidad\"\n" +
            "whoever sealed may have known the value, unless the mail of a witness is older than"
            " the event\n" +
            last);
}

TEST_CASE("check_draw: any byte replaced in a transcript makes it fail", "[domain]") {
  const SampleDraw draw = short_eventful_draw();
  const std::string text = draw.text();
  REQUIRE(check(text, draw.leaves).passed());
  std::string changed = text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    // Another case or none, the neighbour, white space: no two of them the same byte.
    for (const int bits : {0x20, 0x01, text[i] ^ ' '}) {
      changed[i] = static_cast<char>(text[i] ^ bits);
      if (bits == 0 || !check(changed, draw.leaves).passed()) continue;
      CAPTURE(i, changed);
      FAIL("accepted");
    }
    changed[i] = text[i];
  }
}

TEST_CASE("check_draw: any byte replaced in the list of leaves makes it fail", "[domain]") {
  const SampleDraw draw = sample_draw(5, 1, 1);
  const std::string text = draw.text();
  for (std::size_t i = 0; i < draw.leaves.size(); ++i) {
    std::string leaves = draw.leaves;
    leaves[i] = leaves[i] == '0' ? '1' : '0';
    CAPTURE(i);
    CHECK_FALSE(check(text, leaves).passed());
  }
}

TEST_CASE("check_draw: says which field is wrong, though the digest fits", "[domain]") {
  struct Row {
    std::string pointer;
    Json value;
    std::string failure;  // how one of the lines begins
  };
  const std::string other(64, 'e');
  const std::vector<Row> rows{
      {"/version", 1, "form: version: expected 2, found 1, made by an unreleased program"},
      {"/version", 3, "form: version: expected 2, found 3"},
      {"/seal/version", 2.0, "form: seal.version: expected 2, found 2.0"},
      {"/extra", 1, "form: extra: is no field of version 2"},
      {"/seal/Extra", 1, R"(form: seal."Extra": is no field of version 2)"},
      {"/drawn/1/extra", 1, "form: drawn[1].extra: is no field of version 2"},
      {"/seal", 1, "form: seal: expected an object, found 1"},
      {"/drawn", Json::object(), "form: drawn: expected an array, found an object"},
      {"/drawn/0", 1, "form: drawn[0]: expected an object, found 1"},
      {"/terms/name", "Coche", "terms: seal.terms: expected "},
      {"/terms/closes_at", "2026-12-24T18:00:01Z", "seal: seal.sealed_at: expected a time not bef"},
      {"/terms/at", "2026-12-24T18:00:01Z", "seal: seal.sealed_at: expected a time not before 202"},
      {"/terms/prizes/0/count", 2,
       "terms: seal.winners: expected 3, as many as there are prizes, "},
      {"/seal/campaign", "De mo", R"(form: seal.campaign: expected a campaign's slug, found "De)"},
      {"/seal/campaign", "omed", "seed: seed: expected "},
      {"/seal/terms", other, "terms: seal.terms: expected "},
      {"/seal/entrants", 13, "leaves: seal.entrants: expected 12 as in the list, found 13"},
      {"/seal/entrants", -1, "form: seal.entrants: expected a whole number in 1..900719925474099"},
      {"/seal/entrants", 0, "form: seal.entrants: expected a whole number in 1..9007199254740991"},
      {"/seal/entrants", std::int64_t{1} << 53U, "form: seal.entrants: expected a whole number in"},
      {"/seal/root", other, "root: seal.root: expected "},
      {"/seal/root", std::string(64, 'E'), "form: seal.root: expected 64 lower-case hexadecimal"},
      {"/seal/winners", 0, "form: seal.winners: expected a whole number in 1..9007199254740991"},
      {"/seal/winners", 3, "drawn: drawn[2].role: expected winner, found alternate"},
      {"/seal/winners", 3, "terms: seal.winners: expected 2, as many as there are prizes, found 3"},
      {"/seal/alternates", 3, "drawn: drawn: expected 5 entries, found 4"},
      {"/seal/alternates", true, "form: seal.alternates: expected a whole number in 0..90071992"},
      {"/seal/excluded", 4, "seed: seed: expected "},
      {"/seal/excluded", nullptr, "form: seal.excluded: expected a whole number in 0..900719925"},
      {"/seal/commitment", other, "commitment: seal.commitment: expected "},
      {"/seal/draw_delay", "60s", "beacon: seal.beacon.round: expected "},
      {"/seal/draw_delay", "030s", "form: seal.draw_delay: expected whole seconds such as"},
      {"/seal/draw_delay", "s", "form: seal.draw_delay: expected whole seconds such as"},
      {"/seal/draw_delay", "-1s", "form: seal.draw_delay: expected whole seconds such as"},
      {"/seal/draw_delay", "604801s", "form: seal.draw_delay: expected whole seconds such as"},
      {"/seal/draw_delay", std::string(99, '9') + "s", "form: seal.draw_delay: expected whole sec"},
      {"/seal/sealed_at", "2026-12-24 18:00:00Z", "form: seal.sealed_at: expected a time such as"},
      {"/seal/sealed_at", "1969-12-31T23:59:59Z", "form: seal.sealed_at: expected a time such as"},
      {"/seal/sealed_at", "2026-12-24T18:00:00.5Z", "form: seal.sealed_at: expected a time such "},
      {"/seal/sealed_at", "2036-12-24T18:00:00Z", "events: events[0].at: expected a time not bef"},
      {"/seal/beacon/round", 4'712, "beacon: seal.beacon.round: expected "},
      {"/seal/beacon/round", 0, "form: seal.beacon.round: expected a whole number above 0, found"},
      {"/seal/beacon", {{"kind", "drand"}}, "form: seal.beacon.chain: is missing"},
      {"/seal/beacon", {{"kind", "none"}}, "beacon: reveal.value: expected nothing, found \""},
      {"/reveal/secret", other, "commitment: seal.commitment: expected "},
      {"/reveal/value", other, "seed: seed: expected "},
      {"/reveal/value", other, "beacon: reveal.value: expected "},
      {"/reveal/value", "7", "beacon: reveal.value: expected 64 lower-case hexadecimal digits, fo"},
      {"/reveal/signature", "ab", "beacon: reveal.value: expected "},
      {"/reveal/signature", "", "form: reveal.signature: expected bytes in lower-case hexadecimal"},
      {"/reveal/signature", "abc",
       "form: reveal.signature: expected bytes in lower-case hexadecim"},
      {"/reveal/previous_signature", "ab", "beacon: reveal.previous_signature: does not belong to"},
      {"/seed", other, "seed: seed: expected "},
      {"/drawn/1/position", 3, "drawn: drawn[1].position: expected 2, found 3"},
      {"/drawn/1/role", "alternate", "drawn: drawn[1].role: expected winner, found alternate"},
      {"/drawn/1/role", "loser", R"(form: drawn[1].role: expected "winner" or "alternate", found)"},
      {"/drawn/1/index", 12, "drawn: drawn[1].index: expected one below 12, found 12"},
      {"/drawn/1/leaf", other, "drawn: drawn[1].leaf: expected "},
      {"/drawn/1/key", other, "drawn: drawn[1].leaf: expected "},
      {"/drawn/1/ticket", 0, "form: drawn[1].ticket: expected a whole number in 1.."},
      {"/drawn/1/ticket", 99, "drawn: drawn[1].leaf: expected "},
      // An alternate that waits takes its place with it, and nobody is promoted.
      {"/events/0/position", 3, "events: events[0].promoted: expected null, found 3"},
      {"/events/0/position", 3, "events: events[0].kind: expected \"disqualified\", for who waits"},
      {"/events/1/position", 2, "events: events[1].position: expected one that was drawn and not"},
      {"/events/1/position", 99, "events: events[1].position: expected one that was drawn and not"},
      {"/events/0/promoted", 4, "events: events[0].promoted: expected 3, found 4"},
      {"/events/0/promoted", nullptr, "events: events[0].promoted: expected 3, found null"},
      {"/events/2/promoted", 4, "events: events[2].promoted: expected null, found 4"},
      {"/events/0/kind", "died",
       R"(form: events[0].kind: expected "disqualified", "unclaimed" or)"},
      {"/events/0/reason", nullptr, "form: events[0].reason: expected 1 to 500 characters without"},
      {"/events/0/reason", "", "form: events[0].reason: expected 1 to 500 characters without"},
      {"/events/0/reason", "a\nb", "form: events[0].reason: expected 1 to 500 characters without"},
      {"/events/0/reason", "e\u0301", "form: events[0].reason: is not in Unicode's normal form C"},
      {"/events/0/at", "2026-02-30T00:00:00Z", "form: events[0].at: expected a time such as"},
      {"/events/0/at", "2026-01-30T00:00:00Z", "events: events[0].at: expected a time not before"},
      {"/events/2/at", "2026-12-24T18:01:30Z", "events: events[2].at: expected a time not before"},
      {"/digest", other, "digest: digest: expected "},
  };
  const SampleDraw draw = eventful_draw();
  for (const Row& row : rows) {
    CAPTURE(row.pointer, row.value, row.failure);
    Json json = Json::parse(altered(row.pointer, row.value));
    if (row.pointer == "/digest") json["digest"] = row.value;
    const DrawReport report = check(canonical_json(json), draw.leaves);
    CHECK_FALSE(report.passed());
    const std::string lines = "\n" + failures(report);
    CAPTURE(lines);
    CHECK(lines.find("\n" + row.failure) != std::string::npos);
  }
  CHECK(check(altered("/events/0/reason", "another"), draw.leaves).passed());
}

TEST_CASE("check_draw: of version 1 nothing but the version is told", "[domain]") {
  const SampleDraw draw = eventful_draw();
  CHECK(failures(check(R"({"version":1,"seal":{}})", draw.leaves)) ==
        "form: version: expected 2, found 1, made by an unreleased program\n");
}

TEST_CASE("check_draw: the digest covers reasons, times and tickets", "[domain]") {
  const SampleDraw draw = eventful_draw();
  for (const auto& [pointer, value] : std::vector<std::pair<std::string, Json>>{
           {"/events/0/reason", "another"}, {"/events/2/at", "2026-12-25T18:00:00Z"}}) {
    Json json = to_json(draw.transcript);
    json[Json::json_pointer(pointer)] = value;
    CAPTURE(pointer);
    CHECK(failures(check(json.dump(), draw.leaves)).find("digest: digest: expected ") == 0);
  }
}

TEST_CASE("check_draw: a missing field is named, and what does not need it is checked",
          "[domain]") {
  const SampleDraw draw = eventful_draw();
  Json json = to_json(draw.transcript);
  json["reveal"].erase("secret");
  json["digest"] = to_hex(digest_of(json));
  const DrawReport report = check(json.dump(), draw.leaves);
  CHECK(failures(report) == "form: reveal.secret: is missing\n");
  CHECK(outcomes(report) ==
        "form- terms+ commitment? leaves+ root+ seal+ beacon? seed? drawn+ events+ digest+ ");
  const Json whole = to_json(draw.transcript);
  for (const auto& [name, value] : whole.items()) {
    Json without = whole;
    without.erase(name);
    CHECK(failures(check(without.dump(), draw.leaves)).find("form: " + name + ": is missing\n") ==
          0);
  }
}

TEST_CASE("check_draw: tickets ascend with the leaves and are of different entrants", "[domain]") {
  SampleDraw draw = sample_draw(50, 3, 0);
  auto& drawn = draw.transcript.drawn;
  std::sort(drawn.begin(), drawn.end(),
            [](const DrawnEntry& a, const DrawnEntry& b) { return a.index < b.index; });
  const auto wrong = [&](std::size_t i, std::int64_t ticket) {
    SampleDraw changed = sample_draw(50, 3, 0);
    for (DrawnEntry& entry : changed.transcript.drawn) {
      if (entry.index == drawn[i].index) entry.ticket = ticket;
    }
    const std::string lines = failures(check(changed.text(), changed.leaves));
    return lines.find("].ticket: expected at least ") != std::string::npos;
  };
  CHECK_FALSE(wrong(1, drawn[1].ticket));
  CHECK(wrong(1, drawn[0].ticket));
  CHECK(wrong(1, drawn[2].ticket));
  CHECK(wrong(2, drawn[1].ticket));
  CHECK(wrong(0, drawn[0].index));
}

TEST_CASE("check_draw: text that is no published object is refused", "[domain]") {
  const SampleDraw draw = eventful_draw();
  const std::string text = draw.text();
  const auto problem = [&](const std::string& given) {
    return failures(check(given, draw.leaves));
  };
  CHECK(problem("") == "form: the transcript does not begin with {\n");
  CHECK(problem("\xEF\xBB\xBF" + text) == "form: the transcript does not begin with {\n");
  CHECK(problem(" " + text) == "form: the transcript does not begin with {\n");
  const std::string end = "form: the transcript does not end with } and at most one line end\n";
  CHECK(problem(text + "\n") == "");
  CHECK(problem(text + "\n\n") == end);
  CHECK(problem(text + " ") == end);
  CHECK(problem(text + "\r\n") == end);
  CHECK(problem(text + std::string(1, '\0')) == end);
  CHECK(problem(text + text).find("form: the transcript is not JSON at byte ") == 0);
  CHECK(problem(text.substr(0, text.size() / 2)) == end);
  CHECK(problem("{\"version\":1,\"version\":1}") ==
        "form: the transcript has the field \"version\" twice\n");
  CHECK(problem("{\"seal\":{\"root\":1,\"root\":1}}") ==
        "form: the transcript has the field \"root\" twice\n");
  CHECK(problem("{\"a\":\"\\u00E9\"}") ==
        "form: the transcript byte 7 begins an escape in capital letters\n");
  CHECK(problem("{\"a\":1e999}") == "form: the transcript holds a number that is too large\n");
  CHECK(problem("{\"a\":\"\xFF\"}").find("form: the transcript is not JSON at byte 7") == 0);
  const std::string deep(100'000, '[');
  CHECK(problem("{\"a\":" + deep + "}") == "form: the transcript is nested too deep\n");
}

TEST_CASE("check_draw: only the canonical text is accepted", "[domain]") {
  const SampleDraw draw = eventful_draw();
  const Json json = to_json(draw.transcript);
  const auto problem = [&](const std::string& text) { return failures(check(text, draw.leaves)); };
  CHECK(problem(json.dump(2)) ==
        "form: the transcript is not in its canonical form (RFC 8785) at byte 2\n");
  const std::string form = "form: the transcript is not in its canonical form (RFC 8785) at byte ";
  CHECK(problem(json.dump(-1, ' ', true)).find(form) == 0);
  OrderedJson ordered(json);
  ordered.erase("digest");
  ordered["digest"] = json["digest"];
  CHECK(problem(ordered.dump()).find(form) == 0);
}

TEST_CASE("check_draw: the list of leaves is read strictly, and its line is named", "[domain]") {
  const SampleDraw draw = sample_draw(2'000, 1, 0);
  const std::string& leaves = draw.leaves;
  const auto problem = [&](const std::string& list) { return failures(check(draw.text(), list)); };
  const auto line = [](int number) {
    return "leaves: line " + std::to_string(number) +
           " is not 64 lower-case hexadecimal digits and a line end\n";
  };
  CHECK(problem(leaves) == "");
  CHECK(problem(leaves.substr(0, leaves.size() - 1)) == line(2'000));
  CHECK(problem(leaves + "\n") == line(2'001));
  CHECK(problem(leaves.substr(0, 65 * 1024 + 64) + "\r\n") == line(1'025));
  std::string upper = leaves;
  upper[65 * 1'500] = 'A';
  CHECK(problem(upper) == line(1'501));
  CHECK(problem(leaves.substr(65))
            .find("leaves: seal.entrants: expected 1999 as in the list, found 2000\nroot: ") == 0);
  CHECK(outcomes(check(draw.text(), "x", {.receipt = sample_receipt(1)})) ==
        "form+ terms+ commitment+ leaves- root? seal+ beacon+ seed+ drawn+ events+ digest+ "
        "receipt? ");
}

TEST_CASE("check_draw: a receipt is found, with what was drawn for it", "[domain]") {
  const SampleDraw draw = eventful_draw();
  const auto verdict = [&](const Receipt& receipt) {
    return detail_of(check(draw.text(), draw.leaves, {.receipt = receipt}), "receipt");
  };
  const std::array<std::string, 4> fates{
      "1, as a winner, which lost the prize since", "2, as a winner, which lost the prize since",
      "3, as an alternate", "4, as an alternate, promoted since"};
  std::vector<bool> was_drawn(12);
  for (std::size_t i = 0; i < fates.size(); ++i) {
    const std::int64_t index = draw.transcript.drawn[i].index;
    was_drawn[static_cast<std::size_t>(index)] = true;
    CHECK(verdict(sample_receipt(index)) ==
          "ticket " + std::to_string(sample_receipt(index).ticket) + " is in the list at index " +
              std::to_string(index) + " and was drawn at position " + fates[i]);
  }
  const auto index = static_cast<std::int64_t>(
      std::find(was_drawn.begin(), was_drawn.end(), false) - was_drawn.begin());
  CHECK(verdict(sample_receipt(index)).find(" and was not drawn") != std::string::npos);

  for (int what = 0; what < 3; ++what) {
    Receipt wrong = sample_receipt(index);
    if (what == 0) wrong.ticket += 1;
    if (what == 1) wrong.nonce[15] ^= 1U;
    if (what == 2) wrong.email_key += "x";
    CHECK(failures(check(draw.text(), draw.leaves, {.receipt = wrong})) ==
          "receipt: the leaf of ticket " + std::to_string(wrong.ticket) + " is not in the list\n");
  }
}

TEST_CASE("check_draw: hostile numbers cost no more than the text is long", "[domain]") {
  SampleDraw draw = sample_draw(3, 1, 2);
  Seal& seal = draw.transcript.seal;
  seal.entrants = seal.winners = seal.alternates = 9'007'199'254'740'991;
  const std::string lines = failures(check(draw.text(), draw.leaves));
  CHECK(lines.find("drawn: drawn: expected 9007199254740991 entries, found 3\n") !=
        std::string::npos);
}

TEST_CASE("check_draw: of one name at most ten failures are told", "[domain]") {
  SampleDraw draw = sample_draw(40, 30, 0);
  for (DrawnEntry& entry : draw.transcript.drawn) entry.leaf.fill(0);
  const std::string lines = failures(check(draw.text(), draw.leaves));
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 11);
  CHECK(lines.find("drawn: and 50 more\n") != std::string::npos);
}

TEST_CASE("check_draw: nothing for a terminal to obey is repeated", "[domain]") {
  const SampleDraw draw = eventful_draw();
  const std::string lines = failures(check(
      R"({"version":"\u001b[2J","\u009b2J":1,"é":{},"seal":")" + std::string(9'999, 'x') + "\"}",
      draw.leaves));
  CHECK(std::all_of(lines.begin(), lines.end(),
                    [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
  CHECK(lines.size() < 2'000);
}
