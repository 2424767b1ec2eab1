// What people read of a draw, and the commands that they are told to check it with, through the
// real binary.
#include <filesystem>
#include <fstream>
#include <regex>

#include "integration/running_server.h"
#include "mail/mime_reader.h"
#include "promotions/base/encoding.h"
#include "promotions/domain/sha256.h"
#include "support/catch.h"

using namespace promotions;

namespace {

const httplib::Headers kBrowser{{"Accept", "text/html"}};
constexpr char kScript[] = PROMOTIONS_SOURCE_DIR "/scripts/verify_draw.py";

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// All mails in the outbox to `address`.
std::vector<MimeMessage> mails_to(const RunningServer& server, const std::string& address) {
  std::vector<MimeMessage> mails;
  for (const auto& entry : std::filesystem::directory_iterator(server.folder().file("outbox"))) {
    if (entry.path().extension() != ".eml") continue;
    MimeMessage mail = read_mime(contents(entry.path().string()));
    if (mail.header("To") == address) mails.push_back(std::move(mail));
  }
  return mails;
}

// The command of a mail's text that begins with "promotions", its continued lines included.
std::string command_in(const std::string& text) {
  std::smatch match;
  static const std::regex command("\r?\n(promotions draw verify (?:.*\\\\\r?\n)*.*)\r?\n");
  if (!std::regex_search(text, match, command)) return {};
  std::string found = match[1].str();
  std::erase(found, '\r');
  return found;
}

struct Raffle {
  RunningServer server;

  void enter(const std::vector<std::string>& people) {
    for (const std::string& email : people) {
      REQUIRE(server.sign_up("navidad", email).status == 202);
    }
    for (const std::string& link : server.wait_for_links(people.size())) {
      REQUIRE(server.get(link).body.at("status") == "verified");
    }
    server.wait_for_links(2 * people.size());  // with the receipts
  }

  Reply page(const std::string& path) const { return server.get("/c/navidad/" + path, kBrowser); }

  // Runs what a mail says in a folder with the published files, by both programs.
  void check_as_told(const std::string& command, int status) const {
    const std::string folder = server.folder().file("check");
    std::filesystem::create_directory(folder);
    for (const char* file : {"draw.json", "leaves.txt"}) {
      std::ofstream(folder + "/" + file, std::ios::binary)
          << server.get(std::string("/c/navidad/") + file).text;
    }
    REQUIRE(command.starts_with("promotions draw verify "));
    const std::string arguments = command.substr(std::string("promotions draw verify").size());
    for (const std::string& program :
         {std::string(PROMOTIONS_BINARY) + " draw verify", std::string("python3 -B ") + kScript}) {
      const ProgramResult result = run_program(
          {"timeout", "60", "/bin/sh", "-c", "cd " + folder + " && " + program + arguments});
      CAPTURE(command, result.output);
      CHECK(result.status == status);
    }
  }
};

}  // namespace

TEST_CASE("receipts and seals: their commands, as they stand in the mail, check the draw",
          "[integration]") {
  Raffle raffle;
  const RunningServer& server = raffle.server;
  server.create_campaign("navidad", {{"winners", 1}, {"witnesses", {"notary@example.org"}}});
  raffle.enter({"ana@example.org", "o'neil@example.org", "-x`y`@example.org"});
  REQUIRE(server.admin("POST", "/finish_campaign?campaign=navidad").status == 200);
  // Two mails for each entrant, one to the winner, the result, and the seal.
  server.wait_for_links(9);
  int receipts = 0;
  for (const std::string person : {"ana@example.org", "o'neil@example.org", "-x`y`@example.org"}) {
    for (const MimeMessage& mail : mails_to(server, person)) {
      const std::string command = command_in(mail.parts.at(0).body);
      if (command.empty()) continue;
      ++receipts;
      raffle.check_as_told(command, 0);
      raffle.check_as_told(std::regex_replace(command, std::regex("--ticket [0-9]"), "--ticket 9"),
                           1);
    }
  }
  CHECK(receipts == 3);
  const auto testimony = mails_to(server, "notary@example.org");
  REQUIRE(testimony.size() == 1);
  REQUIRE(testimony[0].parts.size() == 2);
  const MimePart& file = testimony[0].parts[1];
  CHECK(file.header("Content-Disposition") == "attachment; filename=\"seal.json\"");
  CHECK(file.body == server.get("/c/navidad/seal.json").text);
  const std::string path = server.folder().file("check/seal.json");
  std::ofstream(path, std::ios::binary) << file.body;
  const std::string command = command_in(testimony[0].parts[0].parts.at(0).body);
  raffle.check_as_told(command, 0);
  std::ofstream(path, std::ios::binary)
      << std::regex_replace(file.body, std::regex("\"winners\":1"), "\"winners\":2");
  raffle.check_as_told(command, 1);
}

TEST_CASE("the page of a draw: says how it will be made before it is, then what came out",
          "[integration]") {
  Raffle raffle;
  const RunningServer& server = raffle.server;
  server.create_campaign("navidad",
                         {{"locale", "en"},
                          {"organizer", "Parents of the school"},
                          {"alternates", 1},
                          {"prizes", {{{"name", "Hamper"}, {"count", 1}, {"value", "80 €"}}}}});
  const Json campaign = server.get("/c/navidad.json").body;
  const Reply early = raffle.page("draw");
  CAPTURE(early.text);
  CHECK(early.status == 404);
  for (const char* hash : {"commitment", "terms"}) {
    CHECK(holds(early.text, campaign.at(hash).get<std::string>()));
  }
  CHECK(holds(early.text, "Parents of the school"));
  CHECK(holds(early.text, "Hamper (80 €)"));
  CHECK(raffle.page("proof?ticket=1").status == 404);
  CHECK(holds(raffle.page("proof?ticket=1").text, "That cannot be known yet"));

  raffle.enter({"ana@example.org", "ben@example.org", "carla@example.org"});
  REQUIRE(server
              .admin("POST", "/api/v1/campaigns/navidad/subscribers/1/disqualify",
                     {{"reason", "under age"}})
              .status == 200);
  REQUIRE(server.admin("POST", "/finish_campaign?campaign=navidad").status == 200);
  const Json draw = server.get("/c/navidad/draw.json").body;
  const Reply page = raffle.page("draw");
  CAPTURE(page.text);
  CHECK(page.status == 200);
  CHECK(holds(page.text, "among 2 tickets"));
  CHECK(holds(page.text, ">Hamper (80 €)</td><td role=\"cell\"><strong>Ticket " +
                             draw.at("drawn")[0].at("ticket").dump() + "</strong>"));
  for (const char* member : {"commitment", "root"}) {
    CHECK(holds(page.text, draw.at("seal").at(member).get<std::string>()));
  }
  CHECK(holds(page.text, draw.at("seed").get<std::string>()));
  CHECK(holds(page.text, to_hex(sha256(draw.at("seal").dump()))));
  CHECK(holds(page.text, to_hex(sha256(contents(kScript)))));
  const Reply script = server.get("/verify_draw.py");
  CHECK(script.status == 200);
  CHECK(script.text == contents(kScript));

  // The place of each ticket, and why one has none.
  const std::int64_t ticket = draw.at("drawn")[0].at("ticket").get<std::int64_t>();
  const std::string proof = "proof?ticket=" + std::to_string(ticket);
  CHECK(raffle.page(proof).status == 200);
  CHECK(holds(raffle.page(proof).text, "is in the sealed list"));
  CHECK(server.get("/c/navidad/" + proof).body.at("ticket") == ticket);
  int disqualified = 0;
  for (int number = 1; number <= 3; ++number) {
    const Reply reply = raffle.page("proof?ticket=" + std::to_string(number));
    if (!holds(reply.text, "disqualified it before the list was sealed")) continue;
    CHECK(reply.status == 404);
    ++disqualified;
  }
  CHECK(disqualified == 1);
  CHECK(holds(raffle.page("proof?ticket=99").text, "Nobody has it"));
  for (const char* none : {"proof", "proof?ticket=x"}) {
    CHECK(holds(raffle.page(none).text, "Enter the number of your ticket"));
    CHECK_FALSE(holds(raffle.page(none).text, "{\""));
  }
}
