// What a new campaign is that says nothing: what the configuration says.
#include "integration/running_server.h"
#include "promotions/app/application.h"
#include "support/catch.h"

using namespace promotions;

namespace {

const std::vector<std::string> kSettings{"campaigns.locale=en",
                                         "campaigns.time_zone=Europe/Madrid"};
const Json kQuiet = {{"slug", "quiet"}, {"name", "Quiet"}, {"admin_email", "b@example.org"}};

void check_configured(const Json& campaign) {
  CAPTURE(campaign);
  CHECK(campaign.at("locale") == "en");
  CHECK(campaign.at("time_zone") == "Europe/Madrid");
}

}  // namespace

TEST_CASE("new campaigns: the API takes what they do not say from the configuration",
          "[integration]") {
  const RunningServer server(kSettings);
  Json body = kQuiet;
  body["opens_at"] = "2030-07-01 10:00";  // of the configured zone
  const Reply created = server.admin("POST", "/api/v1/campaigns", body);
  REQUIRE(created.status == 201);
  check_configured(created.body);
  CHECK(created.body.at("opens_at") == "2030-07-01T08:00:00Z");

  Json loud = kQuiet;
  loud.update({{"slug", "loud"}, {"locale", "es"}, {"time_zone", "America/Bogota"}});
  const Reply said = server.admin("POST", "/api/v1/campaigns", loud);
  CHECK(said.body.at("locale") == "es");
  CHECK(said.body.at("time_zone") == "America/Bogota");
  // A change says what it changes; nothing falls back to the configuration.
  const Reply changed = server.admin("PATCH", "/api/v1/campaigns/loud", {{"name", "Louder"}});
  CHECK(changed.body.at("locale") == "es");
  CHECK(changed.body.at("time_zone") == "America/Bogota");
}

TEST_CASE("new campaigns: a command does so with and without a running server", "[integration]") {
  RunningServer server(kSettings);
  const auto create = [&](const char* slug) {
    const auto made = server.command({"campaign", "create", slug, "--name", "Raffle",
                                      "--admin-email", "b@example.org", "--json"});
    CAPTURE(made.output);
    REQUIRE(made.status == 0);
    return Json::parse(made.output);
  };
  check_configured(create("served"));
  REQUIRE(server.stop() == 0);
  check_configured(create("alone"));
}

TEST_CASE("new campaigns: the demonstration speaks the configured language", "[integration]") {
  RunningServer server(kSettings);
  REQUIRE(server.stop() == 0);
  Config config;
  config.storage.path = server.database();
  config.mail.directory = server.folder().file("outbox");
  config.campaigns = {"en", "Europe/Madrid"};
  auto lock = DatabaseLock::try_acquire(config.storage.path);
  REQUIRE(lock);
  Application(config, Role::command, std::move(*lock)).ensure_demo();
  const Json demo = Json::parse(server.command({"campaign", "show", "demo", "--json"}).output);
  check_configured(demo);
  CHECK(demo.at("name") == "Demonstration raffle");
}
