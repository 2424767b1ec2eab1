// A campaign that asks for fields, consents and an age, through the real binary.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "integration/running_server.h"
#include "mail/mime_reader.h"
#include "support/catch.h"

using namespace promotions;

namespace {

// SHA-256 of "Send me [news](https://example.org/n)", by sha256sum.
constexpr char kNewsHash[] = "0e8061c91d823423d0d740ba4f05ec86cbab136588eb5099b7eedd540829e21e";

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Json fields() {
  return {
      {{"name", "full_name"}, {"type", "text"}, {"label", "Name"}, {"required", true}},
      {{"name", "people"},
       {"type", "number"},
       {"label", {{"en", "How many"}, {"es", "Cuántas personas"}}},
       {"min", 1}},
      {{"name", "news"},
       {"type", "consent"},
       {"text", {{"en", "Send me [news](https://example.org/n)"}, {"es", "Quiero novedades"}}}}};
}

// "FIELD code" each.
std::vector<std::string> errors_of(const Reply& reply) {
  CHECK(reply.status == 422);
  CHECK(reply.code() == "invalid_field");
  std::vector<std::string> errors;
  for (const Json& error : reply.body.at("errors")) {
    errors.push_back(error.at("field").get<std::string>() + " " +
                     error.at("code").get<std::string>());
  }
  return errors;
}

using Errors = std::vector<std::string>;

Json only_subscriber(const RunningServer& server) {
  const Reply reply = server.admin("GET", "/api/v1/campaigns/navidad/subscribers");
  REQUIRE(reply.body.at("items").size() == 1);
  return reply.body.at("items")[0];
}

std::string mail_text(const RunningServer& server) {
  for (const auto& entry : std::filesystem::directory_iterator(server.folder().file("outbox"))) {
    if (entry.path().extension() != ".eml") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    return read_mime(std::string(std::istreambuf_iterator<char>(file), {})).parts.at(0).body;
  }
  return {};
}

}  // namespace

TEST_CASE("fields: JSON and forms are checked alike, and a mistake is named with the others",
          "[integration]") {
  RunningServer server;
  server.create_campaign("navidad", {{"fields", fields()}, {"minimum_age", 18}});
  CHECK(errors_of(server.post("/add_subscriber",
                              {{"campaign", "navidad"},
                               {"data", {{"people", "2"}, {"news", "on"}, {"more", 1}}},
                               {"age_confirmed", "true"}})) ==
        Errors{"email required", "data.full_name required", "data.people wrong_type",
               "data.news wrong_type", "data.more unknown_field", "age_confirmed wrong_type"});
  const std::string form = "campaign=navidad&email=ana%40example.org&data.people=0&data.more=1";
  CHECK(errors_of(server.post_form("/add_subscriber", form)) ==
        Errors{"data.full_name required", "data.people out_of_range", "data.more unknown_field",
               "age_confirmed required"});
  CHECK(server
            .post("/add_subscriber", {{"campaign", "navidad"},
                                      {"email", "nonsense"},
                                      {"data", {{"full_name", "Ana"}}},
                                      {"age_confirmed", true}})
            .code() == "invalid_email");
  CHECK(server.admin("GET", "/api/v1/campaigns/navidad").body.at("subscribers").at("pending") == 0);
}

TEST_CASE(
    "consents: the proof is shown with the subscriber, by API and command, until it is erased",
    "[integration]") {
  RunningServer server;
  server.create_campaign("navidad", {{"fields", fields()}, {"minimum_age", 18}, {"locale", "es"}});
  const Reply taken = server.post_form(
      "/add_subscriber",
      "campaign=navidad&email=ana%40example.org&locale=en&data.full_name=Ana&data%5Bpeople%5D=2"
      "&data.news=on&age_confirmed=on");
  CAPTURE(taken.text);
  REQUIRE(taken.status == 202);
  CHECK_FALSE(taken.body.contains("ignored"));
  const Json pending = only_subscriber(server);
  CHECK(pending.at("data") == Json{{"full_name", "Ana"}, {"news", true}, {"people", 2}});
  const Json consent{{"field", "news"},
                     {"sha256", kNewsHash},
                     {"text", "Send me [news](https://example.org/n)"},
                     {"locale", "en"},
                     {"given_at", pending.at("created_at")},
                     {"confirmed_at", nullptr}};
  CHECK(pending.at("consents") == Json::array({consent}));

  // The mail shows what its link confirms, as the form did.
  const std::string link = server.wait_for_links(1).front();
  const std::string mail = mail_text(server);
  for (const char* line : {"- Name: Ana", "- How many: 2", "- Send me news: yes"}) {
    CAPTURE(mail, line);
    CHECK(holds(mail, line));
  }

  REQUIRE(server.get(link).body.at("status") == "verified");
  const Reply changed = server.admin(
      "PATCH", "/api/v1/campaigns/navidad",
      {{"fields", {{{"name", "news"}, {"type", "consent"}, {"text", "Send me everything"}}}}});
  REQUIRE(changed.status == 200);
  const Json verified = only_subscriber(server);
  const Json proof = verified.at("consents").at(0);
  CHECK(proof.at("text") == consent.at("text"));
  CHECK(proof.at("confirmed_at") == verified.at("verified_at"));
  const ProgramResult shown =
      server.command({"--json", "subscribers", "show", "navidad", "ana@example.org"});
  CAPTURE(shown.output);
  CHECK(Json::parse(shown.output).at("consents").at(0) == proof);
  CHECK(holds(server.command({"subscribers", "show", "navidad", "ana@example.org"}).output,
              kNewsHash));
  CHECK(server.command({"subscribers", "erase", "navidad", "ana@example.org"}).status == 0);
  CHECK(server.command({"check"}).output.find("consent") == std::string::npos);
}

TEST_CASE("fields: without any, data stays free and an age that nobody asked for is ignored",
          "[integration]") {
  RunningServer server;
  server.create_campaign("navidad");
  const Reply taken = server.post("/add_subscriber", {{"campaign", "navidad"},
                                                      {"email", "ana@example.org"},
                                                      {"data", {{"Anything", {1, "2"}}}},
                                                      {"age_confirmed", "perhaps"}});
  CHECK(taken.status == 202);
  CHECK(taken.body.at("ignored") == Json{"age_confirmed"});
  CHECK(only_subscriber(server).at("data") == Json{{"Anything", {1, "2"}}});
  CHECK(only_subscriber(server).at("consents") == Json::array());
}
