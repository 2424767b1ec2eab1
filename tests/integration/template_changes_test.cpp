// Changes of a campaign's own mails that come at the same moment.
#include <fstream>
#include <thread>
#include <vector>

#include "integration/running_server.h"
#include "support/catch.h"

using namespace promotions;

namespace {

const std::vector<std::string> kKinds{"verification", "receipt", "winner", "not_drawn"};
const std::vector<std::string> kParts{"subject", "text", "html"};
constexpr char kPath[] = "/api/v1/campaigns/demo";

}  // namespace

TEST_CASE("templates: changes of different kinds and parts at once all hold", "[integration]") {
  const RunningServer server;
  server.create_campaign("demo");
  for (int round = 0; round < 3; ++round) {
    std::vector<std::thread> organisers;
    for (const std::string& kind : kKinds) {
      for (const std::string& part : kParts) {
        organisers.emplace_back([&server, round, &kind, &part] {
          const Json texts = {{kind, {{part, part + std::to_string(round)}}}};
          server.admin("PATCH", kPath, {{"templates", texts}});
        });
      }
    }
    for (std::thread& organiser : organisers) organiser.join();
    const Json templates = server.admin("GET", kPath).body.at("templates");
    CAPTURE(templates);
    for (const std::string& kind : kKinds) {
      for (const std::string& part : kParts) {
        CHECK(templates.value(kind, Json::object()).value(part, "") ==
              part + std::to_string(round));
      }
    }
  }
}

TEST_CASE("templates: the command changes what its file names", "[integration]") {
  const RunningServer server;
  server.create_campaign("demo",
                         {{"templates", {{"winner", {{"subject", "Won"}, {"text", "You"}}}}}});
  const auto update = [&](const Json& templates) {
    const std::string path = server.folder().file("templates.json");
    std::ofstream(path) << templates.dump();
    const auto result =
        server.command({"campaign", "update", "demo", "--templates", path, "--json"});
    CAPTURE(result.output);
    REQUIRE(result.status == 0);
    return Json::parse(result.output).at("templates");
  };
  CHECK(update({{"receipt", {{"subject", "In"}}}, {"winner", {{"text", nullptr}}}}) ==
        Json{{"receipt", {{"subject", "In"}}}, {"winner", {{"subject", "Won"}}}});
  CHECK(update(nullptr) == Json::object());
}
