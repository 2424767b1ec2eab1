// What a campaign promises, as the public reads it from the real binary.
#include "integration/running_server.h"
#include "promotions/base/encoding.h"
#include "promotions/domain/canonical_json.h"
#include "support/catch.h"

using namespace promotions;

namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const httplib::Headers kBrowser{{"Accept", "text/html"}, {"Accept-Language", "en"}};

}  // namespace

TEST_CASE("terms: every version is public with its hash, and the campaign names the newest",
          "[integration]") {
  const RunningServer server;
  server.create_campaign(
      "hamper", {{"prizes", {{{"name", {{"es", "Cesta"}, {"en", "Hamper"}}}, {"count", 2}}}}});
  CHECK(server
            .admin("PATCH", "/api/v1/campaigns/hamper",
                   {{"organizer", "AMPA Los Olmos"}, {"admin_email", "other@example.org"}})
            .status == 200);

  const Reply reply = server.get("/c/hamper/terms.json");
  CAPTURE(reply.text);
  REQUIRE(reply.status == 200);
  CHECK(reply.body.at("campaign") == "hamper");
  const Json versions = reply.body.at("versions");
  REQUIRE(versions.size() == 2);
  CHECK(versions[0].at("terms").at("version") == 1);
  CHECK(versions[0].at("terms").at("organizer") == "");
  CHECK(versions[1].at("terms").at("organizer") == "AMPA Los Olmos");
  CHECK(versions[1].at("terms").at("prizes") ==
        Json{{{"name", {{"es", "Cesta"}, {"en", "Hamper"}}}, {"count", 2}, {"value", ""}}});
  for (const Json& version : versions) {
    CHECK(version.at("hash") == to_hex(sha256(canonical_json(version.at("terms")))));
  }
  CHECK(server.get("/c/hamper.json").body.at("terms") == versions[1].at("hash"));
  CHECK(server.get("/c/nowhere/terms.json").code() == "campaign_not_found");
}

TEST_CASE("terms: the rules are a page, and former ones stay on it", "[integration]") {
  const RunningServer server;
  server.create_campaign("navidad");
  CHECK(holds(server.get("/c/navidad/rules", kBrowser).text, "has published no rules"));
  const auto set_rules = [&](const std::string& rules) {
    return server.admin("PATCH", "/api/v1/campaigns/navidad", {{"rules", rules}}).status;
  };
  REQUIRE(set_rules("1. Whoever <enters> takes part.\r\n\r\n2. One wins.") == 200);
  REQUIRE(set_rules("1. Nobody takes part.") == 200);

  const std::string page = server.get("/c/navidad/rules", kBrowser).text;
  CHECK(holds(page, "1. Nobody takes part."));
  CHECK(holds(page, to_hex(sha256("1. Nobody takes part."))));
  CHECK(holds(page, "href=\"rules?version=2\""));
  CHECK_FALSE(holds(page, "no longer in force"));
  const std::string former = server.get("/c/navidad/rules?version=2", kBrowser).text;
  CHECK(holds(former, "1. Whoever &lt;enters&gt; takes part.\n\n2. One wins."));
  CHECK(holds(former, "no longer in force"));
  const Reply json = server.get("/c/navidad/rules?version=2");
  CHECK(json.body.at("rules_sha256") == to_hex(sha256(json.body.at("rules").get<std::string>())));
  for (const char* version : {"0", "4", "x", ""}) {
    CAPTURE(version);
    CHECK(server.get("/c/navidad/rules?version=" + std::string(version)).code() == "not_found");
  }
}
