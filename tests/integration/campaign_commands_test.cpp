// What `promotions campaign` sends and says about the draw.
#include <fstream>

#include "integration/control_stub.h"
#include "integration/running_server.h"
#include "promotions/domain/campaign_options.h"
#include "support/catch.h"

using namespace promotions;

namespace {

bool says(const ProgramResult& result, const std::string& text) {
  return result.output.find(text) != std::string::npos;
}

using Requests = std::vector<std::string>;

const Json kFinished = {{"status", "finished"},
                        {"campaign", "demo"},
                        {"entrants", 3},
                        {"winners", {{{"position", 1}, {"ticket", 3}, {"email", "c@example.org"}}}},
                        {"alternates", Json::array()}};

}  // namespace

TEST_CASE("campaign: options of the draw are stored, shown, changed and taken back",
          "[integration]") {
  RunningServer server;
  // Not open yet: afterwards not all of it can be changed.
  const auto created = server.command({"campaign",
                                       "create",
                                       "draw",
                                       "--name",
                                       "Draw",
                                       "--admin-email",
                                       "b@example.org",
                                       "--opens-at",
                                       "2999-01-01T00:00:00Z",
                                       "--beacon-source",
                                       "the lottery of 24 December",
                                       "--beacon-format",
                                       "99999",
                                       "--beacon-known-from",
                                       "2999-12-24T09:00:00Z",
                                       "--draw-delay",
                                       "1m",
                                       "--claim-within",
                                       "7d",
                                       "--witness",
                                       "n@example.org",
                                       "--witness",
                                       "p@example.org",
                                       "--exclude",
                                       "@example.com",
                                       "--exclude",
                                       "Ana@example.org",
                                       "--notify-not-drawn",
                                       "--json"});
  CAPTURE(created.output);
  REQUIRE(created.status == 0);
  const Json campaign = Json::parse(created.output);
  CHECK(campaign.at("beacon") == Json{{"kind", "public"},
                                      {"source", "the lottery of 24 December"},
                                      {"format", "99999"},
                                      {"known_from", "2999-12-24T09:00:00Z"}});
  CHECK(campaign.at("draw_delay") == "1m");
  CHECK(campaign.at("claim_within") == "7d");
  CHECK(campaign.at("witnesses") == Json{"n@example.org", "p@example.org"});
  CHECK(campaign.at("exclusions") == Json{"example.com", "ana@example.org"});
  CHECK(campaign.at("notify_not_drawn") == true);
  CHECK(campaign.contains("commitment"));
  CHECK(server.admin("GET", "/api/v1/campaigns/draw").body == campaign);
  CHECK(says(server.command({"campaign", "show", "draw"}), "the lottery of 24 December"));

  const auto updated =
      server.command({"campaign", "update", "draw", "--beacon", "none", "--claim-within", "null",
                      "--witness", "null", "--exclude", "null", "--no-notify-not-drawn", "--json"});
  CAPTURE(updated.output);
  REQUIRE(updated.status == 0);
  const Json after = Json::parse(updated.output);
  CHECK(after.at("beacon") == Json{{"kind", "none"}});
  CHECK(after.at("draw_delay") == "1m");
  CHECK(after.at("claim_within").is_null());
  CHECK(after.at("witnesses") == Json::array());
  CHECK(after.at("exclusions") == Json::array());
  CHECK(after.at("notify_not_drawn") == false);
}

TEST_CASE("campaign: wrong options of the draw exit with 2 and name the place", "[integration]") {
  RunningServer server;
  server.create_campaign("demo");
  const auto check_refused = [&](const std::vector<std::string>& options,
                                 const std::string& message) {
    CAPTURE(message);
    std::vector<std::string> arguments{"campaign", "update", "demo"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const auto result = server.command(arguments);
    CAPTURE(result.output);
    CHECK(result.status == 2);
    CHECK(says(result, message));
  };
  check_refused({"--witness", "a@example.org", "--witness", "nobody"},
                "witnesses[1] must be an e-mail address");
  check_refused({"--exclude", "nobody"}, "exclusions[0] must be an e-mail address or a domain");
  check_refused({"--beacon", "dice"}, "beacon.kind is wrong: expected");
  check_refused({"--beacon", "public"}, "beacon.source is missing");
  check_refused({"--beacon", "none", "--beacon-source", "dice"}, "beacon.source does not belong");
  check_refused({"--draw-delay", "8d"}, "draw_delay must be a duration of 0s to 7d");
  check_refused({"--claim-within", "1s"}, "claim_within must be a duration of 1m to 365d");
  check_refused({"--notify-not-drawn", "--no-notify-not-drawn"}, "excludes");
}

TEST_CASE("campaign create, update: help shows each option, its default or when it is fixed",
          "[integration]") {
  RunningServer server;
  REQUIRE(server.stop() == 0);
  const std::string create = server.command({"campaign", "create", "--help"}).output;
  const std::string update = server.command({"campaign", "update", "--help"}).output;
  // The lines of a flag's help, on one.
  const auto help_of = [](const std::string& output, const std::string& flag) {
    const auto begin = output.find("  " + flag + " ");
    const auto end = output.find("\n  -", begin);
    return begin == std::string::npos ? "" : output.substr(begin, end - begin);
  };
  for (const CampaignOption& option : campaign_options()) {
    const std::string on_create = help_of(create, option.flag_name());
    const std::string on_update = help_of(update, option.flag_name());
    CAPTURE(option.name, on_create, on_update);
    CHECK(on_create.find(option.help) != std::string::npos);
    CHECK(on_update.find(option.help) != std::string::npos);
    const std::string otherwise = option.default_text();
    if (!otherwise.empty()) CHECK(on_create.find("(" + otherwise + ")") != std::string::npos);
    CHECK((on_update.find("fixed once") != std::string::npos) == (option.fixed != Fixed::never));
  }
  CHECK(help_of(create, "--winners").find("1 to 1000 (1)") != std::string::npos);
  CHECK(help_of(create, "--beacon-chain").find("drand") != std::string::npos);
  CHECK(help_of(create, "--no-notify-not-drawn").find("opposite") != std::string::npos);
}

TEST_CASE("campaign create: every kind of flag becomes its kind of JSON", "[integration]") {
  RunningServer server;
  REQUIRE(server.stop() == 0);
  const std::string file = server.folder().file("mails.json");
  std::ofstream(file) << R"({"winner":{"text":"Won"}})";
  ControlStub stub(server.database(), {{201, Json::object()}});
  const auto result = server.command({"campaign",
                                      "create",
                                      "demo",
                                      "--name",
                                      "007",
                                      "--admin-email",
                                      "b@example.org",
                                      "--winners",
                                      "3",
                                      "--opens-at",
                                      "null",
                                      "--claim-within",
                                      "7d",
                                      "--witness",
                                      "null",
                                      "--exclude",
                                      "a.org",
                                      "--exclude",
                                      "null",
                                      "--templates",
                                      file,
                                      "--description",
                                      "null",
                                      "--beacon",
                                      "none",
                                      "--no-notify-not-drawn"});
  CAPTURE(result.output);
  CHECK(result.status == 0);
  CHECK(stub.requests() ==
        Requests{"POST /api/v1/campaigns "
                 R"({"name":"007","description":"null","admin_email":"b@example.org",)"
                 R"("opens_at":null,"winners":3,"beacon":{"kind":"none"},"claim_within":"7d",)"
                 R"("witnesses":[],"exclusions":["a.org","null"],"notify_not_drawn":false,)"
                 R"("templates":{"winner":{"text":"Won"}},"slug":"demo"})"});
  CHECK(server.command({"campaign", "update", "demo", "--name", "a", "--name", "b"}).status == 2);
  CHECK(server.command({"campaign", "update", "demo", "--templates", file + "x"}).status == 2);
  CHECK(stub.requests().size() == 1);
}

TEST_CASE("campaign create: prizes are named in short, or as JSON; rules come from a file",
          "[integration]") {
  RunningServer server;
  REQUIRE(server.stop() == 0);
  const std::string file = server.folder().file("rules.txt");
  std::ofstream(file) << "1. Who\n\n2. What\n";
  ControlStub stub(server.database(), {{200, Json::object()}, {200, Json::object()}});
  const auto update = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"campaign", "update", "demo"});
    return server.command(arguments);
  };
  CHECK(update({"--prize", "Car", "--prize", "3:Hamper: big", "--prize",
                R"({"name":{"en":"Mug"},"count":2})", "--rules", file})
            .status == 0);
  CHECK(update({"--prize", "null", "--rules", "null"}).status == 0);
  const std::string path = "PATCH /api/v1/campaigns/demo ";
  CHECK(stub.requests() ==
        Requests{path + R"({"rules":"1. Who\n\n2. What\n","prizes":[{"name":"Car","count":1},)"
                        R"({"name":"Hamper: big","count":3},{"name":{"en":"Mug"},"count":2}]})",
                 path + R"({"rules":"","prizes":[]})"});
  const auto odd = update({"--prize", "{Car}"});
  CHECK(odd.status == 2);
  CHECK(says(odd, "--prize: {Car} is not understood; write NAME, COUNT:NAME or {"));
  std::ofstream(file) << "\xFF";
  CHECK(says(update({"--rules", file}), "rules.txt: is not UTF-8"));
  CHECK(says(update({"--rules", file + "x"}), "cannot be read; name a text file"));
  CHECK(stub.requests().size() == 2);
}

TEST_CASE("campaign disqualify: one entrant is named, and why", "[integration]") {
  RunningServer server;
  REQUIRE(server.stop() == 0);
  ControlStub stub(server.database(), {{200, {{"position", 2}}}, {200, {{"id", 9}}}});
  const auto check_refused = [&](const std::vector<std::string>& options,
                                 const std::string& message) {
    std::vector<std::string> arguments{"campaign", "disqualify", "demo"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const auto result = server.command(arguments);
    CAPTURE(result.output);
    CHECK(result.status == 2);
    CHECK(says(result, message));
  };
  check_refused({"--reason", "x"}, "expected --position or --subscriber");
  check_refused({"--reason", "x", "--position", "1", "--subscriber", "9"}, "excludes");
  check_refused({"--position", "1"}, "--reason is required");
  check_refused({"--reason", "x", "--position", "0"}, "--position");
  CHECK(stub.requests().empty());

  CHECK(server.command({"campaign", "disqualify", "demo", "--position", "2", "--reason", "minor"})
            .status == 0);
  CHECK(server.command({"campaign", "disqualify", "demo", "--subscriber", "9", "--reason", "staff"})
            .status == 0);
  CHECK(stub.requests() ==
        Requests{R"(POST /api/v1/campaigns/demo/disqualify {"reason":"minor","position":2})",
                 R"(POST /api/v1/campaigns/demo/subscribers/9/disqualify {"reason":"staff"})"});
}

TEST_CASE("campaign finish: it asks again while the beacon has not spoken", "[integration]") {
  RunningServer server;
  REQUIRE(server.stop() == 0);
  ControlStub stub(server.database(), {{202, {{"status", "finishing"}}},
                                       {202, {{"status", "finishing"}, {"waiting_for", "beacon"}}},
                                       {200, kFinished}});
  const auto result = server.command({"campaign", "finish", "demo", "--yes"});
  CAPTURE(result.output);
  CHECK(result.status == 0);
  CHECK(says(result, "demo: 3 entrants"));
  CHECK(says(result, "c@example.org"));
  CHECK(stub.requests() == Requests(3, "POST /finish_campaign?campaign=demo"));
}

TEST_CASE("campaign finish: a draw that waits for its value is left waiting, and that is said",
          "[integration]") {
  RunningServer server;
  REQUIRE(server.stop() == 0);
  const Json waiting = {{"status", "finishing"}, {"waiting_for", "value"}};
  ControlStub stub(server.database(), {{202, waiting}, {202, waiting}, {200, kFinished}});
  const auto told = server.command({"campaign", "finish", "demo", "--yes"});
  CHECK(told.status == 0);
  CHECK(says(told, "the list of demo is sealed, and its draw waits for the value"));
  CHECK_FALSE(says(told, "entrants"));
  const auto json = server.command({"campaign", "finish", "demo", "--yes", "--json"});
  CHECK(json.status == 0);
  CHECK(says(json, "the list of demo is sealed"));
  CHECK(says(json, R"("waiting_for": "value")"));

  const auto drawn =
      server.command({"campaign", "finish", "demo", "--yes", "--value", "05 & 7/ñ+%"});
  CHECK(drawn.status == 0);
  CHECK(says(drawn, "demo: 3 entrants"));
  CHECK(stub.requests() ==
        Requests{"POST /finish_campaign?campaign=demo", "POST /finish_campaign?campaign=demo",
                 "POST /finish_campaign?campaign=demo&value=05%20%26%207%2F%C3%B1%2B%25"});
}

TEST_CASE("campaign update: options of the beacon say its kind where it is not given",
          "[integration]") {
  RunningServer server;
  REQUIRE(server.stop() == 0);
  const Json done = Json::object();
  ControlStub stub(server.database(), {{200, done}, {200, done}, {200, done}});
  const std::string chain(64, 'a');
  CHECK(server.command({"campaign", "update", "demo", "--beacon", "drand"}).status == 0);
  CHECK(server.command({"campaign", "update", "demo", "--beacon-chain", chain}).status == 0);
  CHECK(server.command({"campaign", "update", "demo", "--beacon-source", "dice"}).status == 0);
  const std::string patch = "PATCH /api/v1/campaigns/demo ";
  CHECK(stub.requests() ==
        Requests{patch + R"({"beacon":{"kind":"drand"}})",
                 patch + R"({"beacon":{"kind":"drand","chain":")" + chain + "\"}}",
                 patch + R"({"beacon":{"kind":"public","source":"dice"}})"});
}

TEST_CASE("campaign show: a finish that waits for its beacon says why, since when, and until when",
          "[integration]") {
  // Nobody listens there.
  RunningServer server(
      {"draw.drand_urls=http://127.0.0.1:1", "draw.drand_chain=" + std::string(64, 'c')});
  server.create_campaign("demo", {{"beacon", {{"kind", "drand"}}}});
  REQUIRE(server.sign_up("demo", "ana@example.org").status == 202);
  REQUIRE(server.get(server.wait_for_links(1).front()).status == 200);
  const Reply asked = server.admin("POST", "/finish_campaign?campaign=demo");
  CAPTURE(asked.text);
  CHECK(asked.status == 202);
  CHECK(asked.body.value("waiting_for", "") == "beacon");
  CHECK(asked.body.value("detail", "").find("127.0.0.1:1: ") == 0);
  CHECK(asked.body.value("attempts", 0) >= 1);
  CHECK(asked.body.contains("since"));
  CHECK(asked.body.contains("next_try_at"));
  const auto shown = server.command({"campaign", "show", "demo"});
  CAPTURE(shown.output);
  CHECK(says(shown, "waiting_for"));
  CHECK(says(shown, "127.0.0.1:1: "));
  CHECK(says(shown, "next_try_at"));
}
