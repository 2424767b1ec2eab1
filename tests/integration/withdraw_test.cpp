// Withdrawing by the link in the receipt, through the real binary.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "integration/running_server.h"
#include "mail/mime_reader.h"
#include "support/catch.h"

using namespace promotions;

namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// "/withdraw?token=…", out of the receipt, for which it waits.
std::string withdraw_link(const RunningServer& server) {
  server.wait_for_links(2);  // with the verification mail
  for (const auto& entry : std::filesystem::directory_iterator(server.folder().file("outbox"))) {
    if (entry.path().extension() != ".eml") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const MimeMessage mail = read_mime(std::string(std::istreambuf_iterator<char>(file), {}));
    const std::string& text = mail.parts.at(0).body;
    const auto begin = text.find("/withdraw?token=");
    if (begin != std::string::npos) {
      return text.substr(begin, text.find_first_of("\r\n", begin) - begin);
    }
  }
  return {};
}

}  // namespace

TEST_CASE(
    "withdraw: the link in the receipt asks, its button erases, and again says that it is done",
    "[integration]") {
  RunningServer server;
  server.create_campaign("navidad", {{"locale", "en"}});
  REQUIRE(server.sign_up("navidad", "ana@example.org").status == 202);
  REQUIRE(server.get(server.wait_for_links(1).front()).body.at("status") == "verified");
  const std::string link = withdraw_link(server);
  REQUIRE(holds(link, "/withdraw?token="));
  const std::string form = link.substr(link.find("token="));
  const httplib::Headers browser{{"Accept", "text/html"}};
  const auto verified = [&] {
    return server.admin("GET", "/api/v1/campaigns/navidad").body.at("subscribers").at("verified");
  };

  // Scanners open links, and mail programs damage them.
  CHECK(server.head(link).status == 200);
  const Json asks{{"status", "confirmation_required"}, {"campaign", "navidad"}};
  CHECK(server.get(link).body == asks);
  CHECK(server.get("/withdraw?token=3D" + form.substr(6) + ".").body == asks);
  const Reply page = server.get(link, browser);
  CHECK(page.status == 200);
  CHECK(holds(page.text, "<form method=\"post\" action=\"withdraw\">"));
  CHECK(holds(page.text, "Do you want to withdraw?"));
  CHECK(verified() == 1);

  const Json done{{"status", "withdrawn"}, {"campaign", "navidad"}};
  CHECK(server.post_form("/withdraw", form).body == done);
  CHECK(verified() == 0);
  CHECK(server.post_form("/withdraw", form).body == Json{{"status", "withdrawn"}});
  const Reply again = server.get(link, browser);
  CHECK(again.status == 200);
  CHECK(holds(again.text, "<h1>"));
  CHECK_FALSE(holds(again.text, "<form"));
  CHECK(server.post_form("/withdraw", "token=AQAA").code() == "invalid_token");
  CHECK(server.get("/withdraw").status == 404);
  CHECK(server.wait_for_output("withdrew"));
  CHECK_FALSE(holds(server.output(), form.substr(6)));
}
