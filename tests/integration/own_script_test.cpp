// Addresses whose domain is not ASCII, as people read them: in commands, pages and mails.
#include <filesystem>
#include <fstream>

#include "integration/running_server.h"
#include "mail/mime_reader.h"
#include "support/catch.h"

using namespace promotions;

namespace {

constexpr char kStored[] = "xn--espaa-rta";
constexpr char kShown[] = "españa.example";

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void check_shown(const std::string& text, const std::string& name) {
  CAPTURE(text);
  CHECK(holds(text, name + "@" + kShown));
  CHECK_FALSE(holds(text, kStored));
}

}  // namespace

TEST_CASE("own script: commands show it in tables and lines, and JSON has what is stored",
          "[integration]") {
  const RunningServer server;
  server.create_campaign("demo", {{"admin_email", "boss@españa.example"},
                                  {"witnesses", {"notary@españa.example"}},
                                  {"exclusions", {"eva@españa.example", "ñandú.españa.example"}}});
  REQUIRE(server.sign_up("demo", "ana@españa.example").status == 202);
  REQUIRE(server.get(server.wait_for_links(1).at(0)).status == 200);
  const auto command = [&](std::vector<std::string> arguments) {
    const ProgramResult human = server.command(arguments);
    CHECK(human.status == 0);
    arguments.emplace_back("--json");
    const ProgramResult json = server.command(arguments);
    CAPTURE(json.output);
    CHECK(holds(json.output, kStored));
    CHECK_FALSE(holds(json.output, kShown));
    return human.output;
  };
  check_shown(command({"subscribers", "list", "demo"}), "ana");
  check_shown(command({"subscribers", "show", "demo", "ana@españa.example"}), "ana");
  const std::string campaign = command({"campaign", "show", "demo"});
  for (const char* name : {"boss", "notary", "eva"}) check_shown(campaign, name);
  CHECK(holds(campaign, ", ñandú.españa.example"));
  const ProgramResult asked = server.command({"campaign", "finish", "demo"});  // needs --yes
  check_shown(asked.output, "boss");
  check_shown(command({"campaign", "finish", "demo", "--yes"}), "ana");
}

TEST_CASE("own script: pages and the texts of mails show it; a mail's header needs the other",
          "[integration]") {
  const RunningServer server;
  server.create_campaign("demo", {{"admin_email", "boss@españa.example"}});
  const httplib::Headers browser{{"Accept", "text/html"}};
  const std::string form = "campaign=demo&email=ana@espa%C3%B1a.example";
  check_shown(server.post_form("/add_subscriber", form, browser).text, "ana");
  REQUIRE(server.get(server.wait_for_links(1).at(0)).status == 200);
  check_shown(server.admin("POST", "/finish_campaign?campaign=demo", nullptr, browser).text, "ana");
  server.wait_for_links(4);  // verification, receipt, winner, result: all are there
  int to_winner = 0;
  for (const auto& entry : std::filesystem::directory_iterator(server.folder().file("outbox"))) {
    if (entry.path().extension() != ".eml") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const MimeMessage mail = read_mime(std::string{std::istreambuf_iterator<char>(file), {}});
    CHECK(holds(mail.header("To"), kStored));
    for (const MimePart& part : mail.parts) {
      CAPTURE(part.body);
      CHECK(holds(part.body, std::string("ana@") + kShown));
      if (!holds(part.body, std::string("boss@") + kShown)) continue;
      ++to_winner;  // who is told whom to ask
      CHECK_FALSE(holds(part.body, kStored));
    }
  }
  CHECK(to_winner == 2);
}
