// The option `aliases` from outside, by API and commands.
#include "integration/running_server.h"
#include "support/catch.h"

using namespace promotions;

TEST_CASE("aliases: the option is made, shown, refused and fixed by API and command",
          "[integration]") {
  RunningServer server;
  server.create_campaign("plain");
  CHECK(server.admin("GET", "/api/v1/campaigns/plain").body.at("aliases") == "distinct");
  const auto made =
      server.command({"campaign", "create", "merged", "--name", "Merged", "--admin-email",
                      "b@example.org", "--aliases", "merge", "--json"});
  CAPTURE(made.output);
  REQUIRE(made.status == 0);
  CHECK(Json::parse(made.output).at("aliases") == "merge");
  const Reply refused = server.admin("PATCH", "/api/v1/campaigns/merged", {{"aliases", "some"}});
  CHECK(refused.status == 422);
  CHECK(refused.body.at("errors").at(0).at("field") == "aliases");
  const Reply fixed = server.admin("PATCH", "/api/v1/campaigns/merged", {{"aliases", "distinct"}});
  CHECK(fixed.status == 409);
  CHECK(fixed.code() == "terms_fixed");
  CHECK(server.command({"campaign", "update", "merged", "--aliases", "distinct"}).status == 1);
  // The same again is no change.
  CHECK(server.admin("PATCH", "/api/v1/campaigns/merged", {{"aliases", "merge"}}).status == 200);

  CHECK(server.sign_up("plain", "ana+1@example.org").status == 202);
  CHECK(server.sign_up("plain", "ana@example.org").status == 202);
  CHECK(server.sign_up("merged", "Ana+1@example.org").status == 202);
  CHECK(server.sign_up("merged", "ana@example.org").code() == "already_registered");
  const Json listed = server.admin("GET", "/api/v1/campaigns/merged/subscribers").body;
  CHECK(listed.at("items").at(0).at("email") == "Ana+1@example.org");
  CHECK(listed.at("items").at(0).at("email_key") == "ana@example.org");
}

TEST_CASE("aliases: commands find a subscriber by any of the names that count as one",
          "[integration]") {
  RunningServer server;
  server.create_campaign("plain");
  server.create_campaign("merged", {{"aliases", "merge"}});
  for (const char* slug : {"plain", "merged"}) server.sign_up(slug, "ana+1@example.org");
  for (const char* name : {"ana+1@example.org", "ana@example.org", "ana+2@example.org"}) {
    CAPTURE(name);
    CHECK(server.command({"subscribers", "show", "merged", name}).status == 0);
    const bool is_typed = std::string(name) == "ana+1@example.org";
    CHECK(server.command({"subscribers", "show", "plain", name}).status == (is_typed ? 0 : 1));
  }
  CHECK(server.command({"subscribers", "erase", "merged", "ana+9@example.org"}).status == 0);
  CHECK(server.command({"subscribers", "show", "merged", "ana+1@example.org"}).status == 1);
}
