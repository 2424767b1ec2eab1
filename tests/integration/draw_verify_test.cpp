// The real binary and the script, which share no code, judge the same published draws.
#include <fstream>
#include <sstream>

#include "domain/sample_draw.h"
#include "promotions/base/json.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/temp_folder.h"

using namespace promotions;

namespace {

using Strings = std::vector<std::string>;

constexpr char kScript[] = PROMOTIONS_SOURCE_DIR "/scripts/verify_draw.py";
constexpr char kVariants[] = PROMOTIONS_SOURCE_DIR "/tests/integration/verify_variants.py";

// A published draw in files, and both who check it.
class Published {
 public:
  explicit Published(const SampleDraw& draw) : Published(draw.text(), draw.leaves) {}
  Published(const std::string& transcript, const std::string& list) {
    std::ofstream(file, std::ios::binary) << transcript;
    std::ofstream(leaves, std::ios::binary) << list;
  }

  ProgramResult run(const Strings& program, const Strings& more, const std::string& input) const {
    Strings all{"sh", "-c", "exec \"$@\" 2>&1", "sh", "timeout", "60"};
    all.insert(all.end(), program.begin(), program.end());
    all.insert(all.end(), more.begin(), more.end());
    return run_program(all, input);
  }
  ProgramResult binary(const Strings& arguments, const std::string& input = {}) const {
    return run({PROMOTIONS_BINARY, "draw", "verify"}, arguments, input);
  }
  ProgramResult script(const Strings& arguments, const std::string& input = {}) const {
    return run({"/usr/bin/python3", "-B", kScript}, arguments, input);
  }

  // Both exit with `status`; what both print.
  std::string check_both(int status, const Strings& more = {}) const {
    Strings arguments{file, "--leaves", leaves};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProgramResult first = binary(arguments);
    const ProgramResult second = script(arguments);
    CAPTURE(first.output, second.output);
    CHECK(first.status == status);
    CHECK(second.status == status);
    return first.output + second.output;
  }

  TempFolder folder;
  std::string file = folder.file("draw.json");
  std::string leaves = folder.file("leaves.txt");
};

Strings receipt_arguments(const Receipt& receipt, const std::string& email) {
  return {"--ticket", std::to_string(receipt.ticket), "--nonce", to_hex(receipt.nonce), "--email",
          email};
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t number = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++number;
  return number;
}

// What parsers of JSON are known to disagree about.
std::vector<std::string> oddities(const std::string& text) {
  std::vector<std::string> all;
  const std::string last = R"("version":2})";
  for (const char* version : {"2,\"version\":2", "2.0", "2e0", "02", "+2", "-0", "NaN", "Infinity",
                              "1e999", "true", "18446744073709551618", "2 ", "\t2", "\v2",
                              "\xC2\xA0"
                              "2",
                              "2,", "2/**/", "[[[[[[[[[[[[[[[[[[[[2"}) {
    all.push_back(text.substr(0, text.size() - last.size()) + "\"version\":" + version + "}");
  }
  const std::string reason = R"("reason":"-"})";
  const std::size_t at = text.find(reason);
  for (const char* other : {R"(\ud800)", R"(\ude00\ud83d)", R"(\ud83d\ude00)", R"(\uD83D\uDE00)",
                            R"(\x41)", R"(\/)", R"(\\uABCD)", "\t", "\x7F", "\xED\xA0\x80",
                            "\xC0\x80", "\xF4\x90\x80\x80", "\xEF\xBF\xBF"}) {
    std::string changed = text;
    all.push_back(changed.replace(at, reason.size(), std::string(R"("reason":")") + other + "\"}"));
  }
  return all;
}

// Those, bytes replaced here and there, and fields removed or exchanged.
std::vector<std::string> variants(const SampleDraw& draw) {
  const std::string text = draw.text();
  std::vector<std::string> all{text,
                               text + "\n",
                               text + " ",
                               "",
                               "{}",
                               "[]",
                               "\xEF\xBB\xBF" + text,
                               text + text,
                               text.substr(1),
                               to_json(draw.transcript).dump(2),
                               to_json(draw.transcript).dump(-1, ' ', true)};
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ (i % 3 == 0 ? 0x20 : i % 3 == 1 ? 0x01 : 0x80));
    all.push_back(changed);
  }
  const auto odd = oddities(text);
  all.insert(all.end(), odd.begin(), odd.end());
  const Json json = to_json(draw.transcript);
  const Json flat = json.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    for (const Json& other :
         {Json(nullptr), Json(0), Json(1), Json(2), Json(1.0), Json(true), Json("winner"),
          Json("alternate"), Json(""), Json(std::string(64, 'e')), Json("2026-12-24T18:00:01Z")}) {
      Json changed = json;
      changed[Json::json_pointer(pointer)] = other;
      // Without the digest the other checks decide.
      if (pointer != "/digest") changed["digest"] = to_hex(digest_of(changed));
      all.push_back(changed.dump());
    }
    Json without = json;
    const Json::json_pointer at(pointer);
    if (without[at.parent_pointer()].is_object()) without[at.parent_pointer()].erase(at.back());
    all.push_back(without.dump());
  }
  return all;
}

}  // namespace

TEST_CASE("draw verify: binary and script accept what is published", "[integration]") {
  for (const SampleDraw& draw :
       {sample_draw(1, 1, 1), sample_draw(8, 3, 9),
        sample_draw(1'025, 20, 5, sample_lottery(), BeaconAnswer{"12345 Z"}), eventful_draw(),
        short_eventful_draw()}) {
    const std::string output = Published(draw).check_both(0);
    CHECK(count(output, "WRONG") == 0);
    CHECK(count(output, "ok    digest") == 2);
  }
}

TEST_CASE("draw verify: binary and script find an entrant by its receipt", "[integration]") {
  const SampleDraw draw = eventful_draw();
  const Published published(draw);
  const std::int64_t index = draw.transcript.drawn[3].index;
  Receipt receipt = sample_receipt(index);
  const std::string email = receipt.email_key;
  const std::string output = published.check_both(0, receipt_arguments(receipt, email));
  CHECK(count(output, "at index " + std::to_string(index) + " and was drawn at position 4") == 1);
  const std::string upper = "E" + email.substr(1);  // it is compared as it is printed
  CHECK(count(published.check_both(1, receipt_arguments(receipt, upper)), "WRONG receipt: ") == 2);
  receipt.nonce[0] ^= 1U;
  CHECK(count(published.check_both(1, receipt_arguments(receipt, email)), "WRONG receipt: ") == 2);
}

TEST_CASE("draw verify: binary and script compare what a participant has kept", "[integration]") {
  const SampleDraw draw = eventful_draw();
  const Published published(draw);
  const Seal& seal = draw.transcript.seal;
  const std::string kept = published.folder.file("seal.json");
  const auto keep = [&](const std::string& text) {
    std::ofstream(kept, std::ios::binary | std::ios::trunc) << text;
  };
  keep(canonical_json(to_json(seal)));
  published.check_both(
      0, {"--seal", kept, "--commitment", to_hex(seal.commitment), "--terms", to_hex(seal.terms)});
  Seal other = seal;
  other.winners = 3;
  keep(canonical_json(to_json(other)));
  published.check_both(1, {"--seal", kept});
  keep(to_json(seal).dump(1));
  published.check_both(1, {"--seal", kept});
  published.check_both(1, {"--commitment", std::string(64, '0')});
  CHECK(count(published.check_both(1, {"--terms", std::string(64, '0')}),
              "the terms changed after this receipt; see terms.json") == 2);
}

TEST_CASE("draw verify: binary and script refuse another list of leaves", "[integration]") {
  const SampleDraw draw = eventful_draw();
  std::string leaves = draw.leaves;
  leaves[65] = leaves[65] == '0' ? '1' : '0';
  CHECK(count(Published(draw.text(), leaves).check_both(1), "WRONG root: seal.root: expected ") ==
        2);
  leaves[65] = 'G';
  CHECK(count(Published(draw.text(), leaves).check_both(1), "WRONG leaves: line 2 is not ") == 2);
}

TEST_CASE("draw verify: what both cannot read or understand is wrong usage", "[integration]") {
  const Published published(eventful_draw());
  const std::string nowhere = published.folder.file("nowhere");
  const std::string& file = published.file;
  const std::string& leaves = published.leaves;
  const std::string nonce(32, '0');
  const std::vector<Strings> rows{
      {},
      {file},
      {nowhere, "--leaves", leaves},
      {file, "--leaves", nowhere},
      {published.folder.path().string(), "--leaves", leaves},
      {file, "--leaves", published.folder.path().string()},
      {file, "--leaves", leaves, "--ticket", "1"},
      {file, "--leaves", leaves, "--nonce", nonce, "--email", "a@example.org"},
      {file, "--leaves", leaves, "--ticket", "0", "--nonce", nonce, "--email", "a@example.org"},
      {file, "--leaves", leaves, "--ticket", "1", "--nonce", "12", "--email", "a@example.org"},
      {file, "--leaves", leaves, "--ticket", "", "--nonce", nonce, "--email", "a@example.org"},
      {file, "--leaves", leaves, "--ticket", "010", "--nonce", nonce, "--email", "a@example.org"},
      {file, "--leaves", leaves, "--ticket", "+3", "--nonce", nonce, "--email", "a@example.org"},
      {file, "--leaves", leaves, "--commitment", "12"},
      {file, "--leaves", leaves, "--terms", std::string(64, 'A')},
      {file, "--leaves", leaves, "--seal", nowhere},
  };
  for (const Strings& arguments : rows) {
    const ProgramResult first = published.binary(arguments);
    const ProgramResult second = published.script(arguments);
    CAPTURE(first.output, second.output);
    CHECK(first.status == 2);
    CHECK(second.status == 2);
  }
}

TEST_CASE("draw verify: reads the transcript from stdin and prints JSON", "[integration]") {
  const SampleDraw draw = eventful_draw();
  const Published published(draw);
  const Strings arguments{"-", "--leaves", published.leaves};
  CHECK(published.script(arguments, draw.text()).status == 0);
  CHECK(published.script(arguments, draw.text() + "x").status == 1);
  const ProgramResult plain = published.binary({"-", "--leaves", published.leaves, "--json"}, "{}");
  CHECK(plain.status == 1);
  const Json json = Json::parse(plain.output);
  CHECK(json["ok"] == false);
  CHECK(json["checks"][0]["check"] == "form");
  CHECK(json["checks"][0]["ok"] == false);
  CHECK(published.binary(arguments, draw.text()).status == 0);
}

TEST_CASE("draw verify: both judge the same of whatever is altered", "[integration]") {
  const SampleDraw draw = short_eventful_draw();
  const Published published(draw);
  const std::vector<std::string> all = variants(draw);
  std::string input;
  for (const std::string& text : all) {
    input +=
        to_hex(std::span(reinterpret_cast<const unsigned char*>(text.data()), text.size())) + "\n";
  }
  const ProgramResult result = run_program(
      {"timeout", "120", "/usr/bin/python3", "-B", kVariants, kScript, published.leaves}, input);
  REQUIRE(result.status == 0);
  std::istringstream verdicts(result.output);
  std::size_t accepted = 0;
  for (const std::string& text : all) {
    std::istringstream leaves(draw.leaves);
    const bool good = check_draw(text, leaves).passed();
    int verdict = -1;
    verdicts >> verdict;
    accepted += good ? 1 : 0;
    CAPTURE(text);
    CHECK(verdict == (good ? 1 : 0));
  }
  CHECK(accepted >= 2);               // as published, with and without a line end
  CHECK(accepted < all.size() / 20);  // and what nothing but a digest that fits again can show
}
