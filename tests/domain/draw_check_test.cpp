#include "promotions/domain/draw_check.h"

#include <sstream>

#include "domain/sample_draw.h"
#include "support/catch.h"

using namespace promotions;

namespace {

DrawReport check(const std::string& transcript, const std::string& leaves,
                 const std::optional<Receipt>& receipt = std::nullopt) {
  std::istringstream list(leaves);
  return check_draw(transcript, list, receipt);
}

// Each failure as "name: detail", a line each.
std::string failures(const DrawReport& report) {
  std::string text;
  for (const Check& check : report.checks) {
    if (check.outcome == Check::Outcome::failed) text += check.name + ": " + check.detail + "\n";
  }
  return text;
}

std::string outcomes(const DrawReport& report) {
  std::string text;
  for (const Check& check : report.checks) {
    text += check.name + (check.outcome == Check::Outcome::passed    ? "+ "
                          : check.outcome == Check::Outcome::skipped ? "? "
                                                                     : "- ");
  }
  return text;
}

std::string detail_of(const DrawReport& report, const std::string& name) {
  for (const Check& check : report.checks) {
    if (check.name == name) return check.detail;
  }
  return "(not checked)";
}

// The eventful draw with one field changed, and a digest that fits again.
std::string altered(const std::string& pointer, const Json& value) {
  Json json = to_json(eventful_draw().transcript);
  json[Json::json_pointer(pointer)] = value;
  json["digest"] = to_hex(digest_of(json));
  return json.dump();
}

}  // namespace

TEST_CASE("check_draw: the published check value", "[domain]") {
  const std::string text =
      R"({"version":1,"seal":{"version":1,"campaign":"demo","entrants":3,)"
      R"("root":"feda3f1b9825c20db01fda75b207a7754d3ab8b9247e08a43b7763583e10bfe6",)"
      R"("winners":1,"alternates":2,)"
      R"("commitment":"e0e77a507412b120f6ede61f62295b1a7b2ff19d3dcc8f7253e51663470c888e",)"
      R"("sealed_at":"2026-12-24T18:00:00Z","beacon":{"kind":"none"}},)"
      R"("reveal":{"secret":")" +
      std::string(64, 'a') +
      R"(","beacon":{"kind":"none","value":""}},)"
      R"("seed":"5fad8584189cfc89a20b26eeed0d6c150f1b774234fa4b24fa5ffc575be369e0","drawn":[)";
  std::vector<std::string> leaves;
  for (unsigned char i = 1; i <= 3; ++i) {
    std::array<unsigned char, 16> nonce{};
    nonce.fill(i);
    leaves.push_back(to_hex(
        entrant_leaf(i, nonce, std::string(1, static_cast<char>('a' + i - 1)) + "@example.org")));
  }
  const auto entry = [&](int position, const char* role, std::size_t ticket) {
    return R"({"position":)" + std::to_string(position) + R"(,"role":")" + role + R"(","index":)" +
           std::to_string(ticket - 1) + R"(,"ticket":)" + std::to_string(ticket) + R"(,"leaf":")" +
           leaves[ticket - 1] + "\"}";
  };
  const DrawReport report = check(text + entry(1, "winner", 3) + "," + entry(2, "alternate", 1) +
                                      ", " + entry(3, "alternate", 2) + "],\n\"events\":[]}\n",
                                  leaves[0] + "\n" + leaves[1] + "\n" + leaves[2] + "\n");
  CHECK(failures(report) == "");
  CHECK(outcomes(report) ==
        "form+ commitment+ leaves+ root+ beacon+ seed+ drawn+ events+ digest? ");
  CHECK(report.passed());
}

TEST_CASE("check_draw: accepts what is published, whatever its size", "[domain]") {
  const Beacon lottery{BeaconKind::public_source, "lotería", "", 0};
  for (const std::uint64_t n : {0U, 1U, 2U, 3U, 4U, 7U, 8U, 9U, 64U, 1023U, 1025U}) {
    for (const int winners : {1, 3, 100}) {
      CAPTURE(n, winners);
      const SampleDraw draw = sample_draw(n, winners, winners / 3, lottery, "1 2 3");
      const DrawReport report = check(draw.text(), draw.leaves);
      CHECK(failures(report) == "");
      CHECK(report.checks.size() == 9);
    }
  }
  const SampleDraw draw = eventful_draw();
  CHECK(failures(check(draw.text(), draw.leaves)) == "");
  CHECK(failures(check(to_json(draw.transcript).dump(2), draw.leaves)) == "");
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
      {"/version", 2, "form: version: expected 1, found 2"},
      {"/seal/version", 1.0, "form: seal.version: expected 1, found 1.0"},
      {"/extra", 1, "form: extra: is no field of version 1"},
      {"/seal/Extra", 1, R"(form: seal."Extra": is no field of version 1)"},
      {"/drawn/1/extra", 1, "form: drawn[1].extra: is no field of version 1"},
      {"/seal", 1, "form: seal: expected an object, found 1"},
      {"/drawn", Json::object(), "form: drawn: expected an array, found an object"},
      {"/drawn/0", 1, "form: drawn[0]: expected an object, found 1"},
      {"/seal/campaign", "De mo", R"(form: seal.campaign: expected a campaign's slug, found "De)"},
      {"/seal/campaign", "omed", "seed: seed: expected "},
      {"/seal/entrants", 13, "leaves: seal.entrants: expected 12 as in the list, found 13"},
      {"/seal/entrants", -1, "form: seal.entrants: expected a whole number in 0..922"},
      {"/seal/entrants", ~std::uint64_t{0}, "form: seal.entrants: expected a whole number in 0.."},
      {"/seal/root", other, "root: seal.root: expected "},
      {"/seal/root", std::string(64, 'E'), "form: seal.root: expected 64 lower-case hexadecimal"},
      {"/seal/winners", 0, "form: seal.winners: expected a whole number in 1..2147483647, found 0"},
      {"/seal/winners", 3, "drawn: drawn[2].role: expected winner, found alternate"},
      {"/seal/alternates", 3, "drawn: drawn: expected 5 entries, found 4"},
      {"/seal/alternates", true, "form: seal.alternates: expected a whole number in 0..2147483647"},
      {"/seal/commitment", other, "commitment: seal.commitment: expected "},
      {"/seal/sealed_at", "2026-12-24 18:00:00Z", "form: seal.sealed_at: expected a time such as"},
      {"/seal/sealed_at", "1969-12-31T23:59:59Z", "form: seal.sealed_at: expected a time such as"},
      {"/seal/sealed_at", "2036-12-24T18:00:00Z", "events: events[0].at: expected a time not bef"},
      {"/seal/beacon/round", 4'712, "beacon: reveal.beacon: expected {"},
      {"/seal/beacon/round", 0, "form: seal.beacon.round: expected a whole number above 0, found"},
      {"/seal/beacon", {{"kind", "drand"}}, "form: seal.beacon.chain: is missing"},
      {"/seal/excluded", 0, "form: seal.excluded: expected a whole number in 1.."},
      {"/reveal/secret", other, "commitment: seal.commitment: expected "},
      {"/reveal/beacon/value", other, "seed: seed: expected "},
      {"/reveal/beacon/value", "7", "beacon: reveal.beacon.value: expected 64 lower-case hexadec"},
      {"/reveal/beacon", {{"kind", "none"}, {"value", ""}}, "beacon: reveal.beacon: expected {"},
      {"/reveal/beacon", {{"kind", "none"}}, "form: reveal.beacon.value: is missing"},
      {"/seed", other, "seed: seed: expected "},
      {"/drawn/1/position", 3, "drawn: drawn[1].position: expected 2, found 3"},
      {"/drawn/1/role", "alternate", "drawn: drawn[1].role: expected winner, found alternate"},
      {"/drawn/1/role", "loser", R"(form: drawn[1].role: expected "winner" or "alternate", found)"},
      {"/drawn/1/index", 12, "drawn: drawn[1].index: expected one below 12, found 12"},
      {"/drawn/1/leaf", other, "drawn: drawn[1].leaf: expected "},
      {"/drawn/1/ticket", 0, "form: drawn[1].ticket: expected a whole number in 1.."},
      // An alternate that waits takes its place with it, and nobody is promoted.
      {"/events/0/position", 3, "events: events[0].promoted: expected null, found 3"},
      {"/events/1/position", 2, "events: events[1].position: expected one that was drawn and not"},
      {"/events/1/position", 99, "events: events[1].position: expected one that was drawn and not"},
      {"/events/0/promoted", 4, "events: events[0].promoted: expected 3, found 4"},
      {"/events/0/promoted", nullptr, "events: events[0].promoted: expected 3, found null"},
      {"/events/2/promoted", 4, "events: events[2].promoted: expected null, found 4"},
      {"/events/0/kind", "died", R"(form: events[0].kind: expected "disqualified", found "died")"},
      {"/events/0/reason", nullptr, "form: events[0].reason: expected a string, found null"},
      {"/events/0/at", "2026-02-30T00:00:00Z", "form: events[0].at: expected a time such as"},
      {"/events/0/at", "2026-01-30T00:00:00Z", "events: events[0].at: expected a time not before"},
  };
  const SampleDraw draw = eventful_draw();
  for (const Row& row : rows) {
    CAPTURE(row.pointer, row.value, row.failure);
    const DrawReport report = check(altered(row.pointer, row.value), draw.leaves);
    CHECK_FALSE(report.passed());
    const std::string lines = "\n" + failures(report);
    CAPTURE(lines);
    CHECK(lines.find("\n" + row.failure) != std::string::npos);
  }
  CHECK(check(altered("/events/0/reason", "another"), draw.leaves).passed());
}

TEST_CASE("check_draw: the digest covers times, reasons and tickets", "[domain]") {
  const SampleDraw draw = eventful_draw();
  for (const auto& [pointer, value] :
       std::vector<std::pair<std::string, Json>>{{"/events/0/reason", "another"},
                                                 {"/events/0/at", "2026-12-25T18:00:00Z"},
                                                 {"/seal/sealed_at", "2026-12-24T17:00:00Z"},
                                                 {"/seal/excluded", 4}}) {
    Json json = to_json(draw.transcript);
    json[Json::json_pointer(pointer)] = value;
    CAPTURE(pointer);
    CHECK(failures(check(json.dump(), draw.leaves)).find("digest: digest: expected ") == 0);
  }
}

TEST_CASE("check_draw: a missing field is named, and what does not need it is checked",
          "[domain]") {
  const SampleDraw draw = eventful_draw();
  OrderedJson json = to_json(draw.transcript);
  json["reveal"].erase("secret");
  json.erase("digest");
  const DrawReport report = check(json.dump(), draw.leaves);
  CHECK(failures(report) == "form: reveal.secret: is missing\n");
  CHECK(outcomes(report) ==
        "form- commitment? leaves+ root+ beacon+ seed? drawn+ events+ digest? ");
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
  CHECK(wrong(0, static_cast<std::int64_t>(drawn[0].index)));
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

TEST_CASE("check_draw: an escaped text is the same text", "[domain]") {
  const SampleDraw draw = eventful_draw();
  const std::string escaped = to_json(draw.transcript).dump(-1, ' ', true);
  REQUIRE(escaped.find("\\u00f1") != std::string::npos);
  CHECK(failures(check(escaped, draw.leaves)) == "");
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
  CHECK(outcomes(check(draw.text(), "x", sample_receipt(1))) ==
        "form+ commitment+ leaves- root? beacon+ seed+ drawn+ events+ digest+ receipt? ");
}

TEST_CASE("check_draw: a receipt is found, with what was drawn for it", "[domain]") {
  const SampleDraw draw = eventful_draw();
  const auto verdict = [&](const Receipt& receipt) {
    return detail_of(check(draw.text(), draw.leaves, receipt), "receipt");
  };
  const std::array<std::string, 4> fates{"1, as a winner, disqualified since",
                                         "2, as a winner, disqualified since", "3, as an alternate",
                                         "4, as an alternate, promoted since"};
  std::vector<bool> was_drawn(12);
  for (std::size_t i = 0; i < fates.size(); ++i) {
    const std::uint64_t index = draw.transcript.drawn[i].index;
    was_drawn[index] = true;
    CHECK(verdict(sample_receipt(index)) ==
          "ticket " + std::to_string(sample_receipt(index).ticket) + " is in the list at index " +
              std::to_string(index) + " and was drawn at position " + fates[i]);
  }
  const auto index = static_cast<std::uint64_t>(
      std::find(was_drawn.begin(), was_drawn.end(), false) - was_drawn.begin());
  CHECK(verdict(sample_receipt(index)).find(" and was not drawn") != std::string::npos);

  for (int what = 0; what < 3; ++what) {
    Receipt wrong = sample_receipt(index);
    if (what == 0) wrong.ticket += 1;
    if (what == 1) wrong.nonce[15] ^= 1U;
    if (what == 2) wrong.email_keys.front() += "x";
    CHECK(failures(check(draw.text(), draw.leaves, wrong)) ==
          "receipt: the leaf of ticket " + std::to_string(wrong.ticket) + " is not in the list\n");
  }
  const std::string twice = draw.leaves + draw.leaves.substr(65 * index, 65);
  CHECK(
      failures(check(draw.text(), twice, sample_receipt(index))).find(" is in the list twice\n") !=
      std::string::npos);
}

TEST_CASE("check_draw: hostile numbers cost no more than the text is long", "[domain]") {
  SampleDraw draw = sample_draw(3, 1, 2);
  Seal& seal = draw.transcript.seal;
  seal.entrants = std::uint64_t{1} << 62U;
  seal.winners = seal.alternates = 2'147'483'647;
  const std::string lines = failures(check(draw.text(), draw.leaves));
  CHECK(lines.find("drawn: drawn: expected 4294967294 entries, found 3\n") != std::string::npos);
}

TEST_CASE("check_draw: of one name at most ten failures are told", "[domain]") {
  SampleDraw draw = sample_draw(40, 30, 0);
  for (DrawnEntry& entry : draw.transcript.drawn) entry.leaf.fill(0);
  const std::string lines = failures(check(draw.text(), draw.leaves));
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 11);
  CHECK(lines.find("drawn: and 20 more\n") != std::string::npos);
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
