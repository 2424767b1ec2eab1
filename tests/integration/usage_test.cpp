// How the command line answers who does not know it.
#include <signal.h>

#include <algorithm>
#include <fstream>

#include "integration/running_server.h"
#include "support/catch.h"

using namespace promotions;

namespace {

struct Words {
  std::vector<std::string> given;
  std::string said;  // among others
};

}  // namespace

TEST_CASE("usage: a slip is answered with the nearest command or option", "[integration]") {
  RunningServer server;
  for (const auto& [given, said] : std::vector<Words>{
           {{"srve"}, "promotions: there is no command \"srve\"; did you mean serve?"},
           {{"campaign", "creat", "x"}, "there is no command \"creat\"; did you mean create?"},
           {{"jobs", "lst", "--json"},
            "promotions jobs: there is no command \"lst\"; did you mean"},
           {{"campaign", "list", "--jsn"}, "there is no option --jsn; did you mean --json?"},
           {{"admin", "add", "eve", "--pasword-stdin"}, "did you mean --password-stdin?"},
           {{"admin", "add", "eve", "--password=secret"}, "there is no option --password; did you"},
           {{"frobnicate"}, "there is no command \"frobnicate\"; expected one of serve, campaign"},
           {{"campaign", "update", "x"}, "campaign update: nothing is to be changed; promotions"},
           {{"check", "--"}, "promotions: nothing follows --"},
           {{"help", "srve"}, "there is no command \"srve\"; did you mean serve?"},
           {{}, "promotions: a command is missing; expected one of serve"},
           {{"campaign"}, "promotions campaign: a command is missing; expected one of create"},
           {{"campaign", "show", "a", "b"},
            "\"b\" is one word too many; see promotions campaign"}}) {
    const auto result = server.command(given);
    CAPTURE(given, result.output);
    CHECK(result.status == 2);
    CHECK(result.output.find(said) != std::string::npos);
    CHECK(result.output.find("secret") == std::string::npos);
    CHECK(std::count(result.output.begin(), result.output.end(), '\n') == 1);
  }
}

TEST_CASE("usage: what is not UTF-8 is wrong usage, and never an exception's text",
          "[integration]") {
  RunningServer server;
  for (const auto& [given, said] : std::vector<Words>{
           {{"campaign", "create", "x", "--name", "Ni\xF1os", "--admin-email", "a@example.org"},
            ", after --name: is not UTF-8; set the terminal and its locale to UTF-8"},
           {{"subscribers", "list", "x", "--q", "\xFF"}, ", after --q: is not UTF-8"},
           {{"campaign", "show", "a\xC3"}, ", after show: is not UTF-8"}}) {
    const auto result = server.command(given);
    CAPTURE(given, result.output);
    CHECK(result.status == 2);
    CHECK(result.output.find(said) != std::string::npos);
  }
  const auto password = server.command({"admin", "add", "eve", "--password-stdin"},
                                       "contrase\xF1"
                                       "a\n");
  CHECK(password.status == 2);
  CHECK(password.output.find("standard input: the password is not UTF-8") != std::string::npos);
}

TEST_CASE("usage: what is no number or out of range is wrong usage", "[integration]") {
  RunningServer server;
  const std::string huge(309, '9');
  for (const auto& [given, said] : std::vector<Words>{
           {{"jobs", "show", "abc"},
            "promotions jobs show: ID: \"abc\" is no number; expected a whole"},
           {{"jobs", "show", "0"}, "\"0\" is out of range; expected a whole number from 1"},
           {{"jobs", "show", "-1"}, "-1"},
           {{"jobs", "retry", huge}, "…\" is out of range"},
           {{"jobs", "cancel", "1.5"}, "\"1.5\" is no number"},
           {{"jobs", "list", "--limit", "1001"}, "expected a whole number from 1 to 1000"},
           {{"campaign", "create", "x", "--name", "X", "--admin-email", "a@example.org",
             "--winners", huge},
            "is out of range; expected a whole number from 1 to 1000"},
           {{"subscribers", "show", "x", "eva"}, "\"eva\" is neither an address nor an ID"}}) {
    const auto result = server.command(given);
    CAPTURE(given, result.output);
    CHECK(result.status == 2);
    CHECK(result.output.find(said) != std::string::npos);
    CHECK(result.output.size() < 400);
  }
}

TEST_CASE("usage: help and version work everywhere", "[integration]") {
  RunningServer server;
  for (const auto& [given, said] :
       std::vector<Words>{{{"help"}, "campaign"},
                          {{"--help"}, "campaign"},
                          {{"help", "campaign"}, "disqualify"},
                          {{"campaign", "help"}, "disqualify"},
                          {{"campaign", "--help"}, "disqualify"},
                          {{"help", "campaign", "create"}, "--admin-email"},
                          {{"campaign", "help", "create"}, "--admin-email"},
                          {{"campaign", "create", "--help"}, "--admin-email"},
                          {{"campaign", "create", "help"}, "--admin-email"},
                          {{"admin", "list", "help"}, "List all accounts"},
                          {{"check", "help"}, "Check configuration"},
                          {{"help", "help"}, "campaign"},
                          {{"campaign", "help", "help"}, "disqualify"},
                          {{"help", "--json"}, "campaign"},
                          {{"--version"}, "promotions "},
                          {{"campaign", "create", "--version"}, "promotions "},
                          {{"jobs", "--version"}, "commit"}}) {
    const auto result = server.command(given);
    CAPTURE(given, result.output);
    CHECK(result.status == 0);
    CHECK(result.output.find(said) != std::string::npos);
  }
}

TEST_CASE("usage: what is called help can be named", "[integration]") {
  RunningServer server;
  server.create_campaign("help");
  CHECK(server.command({"campaign", "show", "--", "help"}).status == 0);
  CHECK(server.command({"campaign", "delete", "help", "--yes"}).status == 0);
  CHECK(server.command({"campaign", "show", "--", "help"}).status == 1);
}

TEST_CASE("usage: addresses that cannot be written to are told with their place", "[integration]") {
  RunningServer server;
  const std::string file = server.folder().file("raffles.toml");
  for (const auto& [line, said] : std::vector<std::pair<std::string, std::string>>{
           {"from = 'Raffle <no@ñandú.example>'",
            "from is \"Raffle <no@ñandú.example>\"; expected one "},
           {"from = 'a@example.org, b@example.org'",
            "from is \"a@example.org, b@example.org\"; expected"},
           {"from = ['a@example.org']", "from is a list; expected a string"},
           {"reply_to = 'ñ@example.org'", "reply_to is \"ñ@example.org\"; expected one "},
           {"envelope_from = 'Raffle <a@example.org>'",
            "envelope_from is \"Raffle <a@example.org>\"; expected an address without a name"}}) {
    std::ofstream(file) << "[mail]\n" << line << "\n";
    for (const char* command : {"check", "serve"}) {
      const auto result = server.command({"--config", file, command});
      CAPTURE(line, result.output);
      CHECK(result.status == 2);
      CHECK(result.output.find(file + ":2: mail." + said) == 0);
    }
  }
}

TEST_CASE("usage: what cannot be undone says in numbers what it does, and needs --yes in a pipe",
          "[integration]") {
  RunningServer server;
  server.create_campaign("demo", {{"winners", 2}, {"alternates", 1}});
  REQUIRE(server.sign_up("demo", "ana@example.org").status == 202);
  const auto deleted = server.command({"campaign", "delete", "demo"}, "demo\n");
  CAPTURE(deleted.output);
  CHECK(deleted.status == 2);
  CHECK(deleted.output.find("deletes demo (open) with 0 verified and 1 unverified subscribers") !=
        std::string::npos);
  CHECK(deleted.output.find("add --yes to do it") != std::string::npos);
  CHECK(server.get("/c/demo.json").status == 200);

  for (const char* email : {"eva@example.org", "ben@example.org", "cid@example.org"}) {
    REQUIRE(server.sign_up("demo", email).status == 202);
  }
  const auto all = server.wait_for_links(4);
  for (std::size_t i = 0; i < 3; ++i) REQUIRE(server.get(all[i]).status == 200);
  const auto finished = server.command({"campaign", "finish", "demo"});
  CAPTURE(finished.output);
  CHECK(finished.status == 2);
  CHECK(finished.output.find("draws 2 winners and 1 alternate among 3 entrants, without 1 who have "
                             "not verified; 3 mails are sent") != std::string::npos);
  CHECK(server.admin("GET", "/api/v1/campaigns/demo").body.at("state") == "open");
  CHECK(server.command({"campaign", "finish", "demo", "--yes"}).status == 0);
  // Nothing more is decided, so nothing is asked.
  CHECK(server.command({"campaign", "finish", "demo"}).status == 0);
}

TEST_CASE("subscribers: are listed, shown, mailed again and erased, by ID or address",
          "[integration]") {
  RunningServer server;
  server.create_campaign("demo");
  REQUIRE(server.sign_up("demo", "Eva@Example.org").status == 202);
  REQUIRE(server.sign_up("demo", "ana@example.org").status == 202);
  const auto list = server.command({"subscribers", "list", "demo", "--q", "eva"});
  CAPTURE(list.output);
  CHECK(list.status == 0);
  CHECK(list.output.find("STATE") != std::string::npos);
  CHECK(list.output.find("Eva@example.org") != std::string::npos);
  CHECK(list.output.find("ana@") == std::string::npos);

  const auto shown = server.command({"subscribers", "show", "demo", "eva@example.org", "--json"});
  CAPTURE(shown.output);
  REQUIRE(shown.status == 0);
  const std::string id = Json::parse(shown.output).at("id").dump();
  CHECK(server.command({"subscribers", "show", "demo", id, "--json"}).output == shown.output);
  CHECK(server.command({"subscribers", "show", "demo", "999"}).status == 1);
  CHECK(server.command({"subscribers", "show", "demo", "no@example.org"}).status == 1);
  CHECK(server.command({"subscribers", "disqualify", "demo", id}).status == 2);  // no reason
  CHECK(server.command({"subscribers", "disqualify", "demo", id, "--reason", "staff"}).status == 0);
  const auto erased = server.command({"subscribers", "erase", "demo", "EVA@example.org"});
  CHECK(erased.status == 0);
  CHECK(erased.output == "Erased subscriber " + id + " of demo.\n");
  CHECK(server.command({"subscribers", "show", "demo", id}).status == 1);
}

TEST_CASE("admin password: changes it at once, and ten characters are the least", "[integration]") {
  RunningServer server;
  const auto status_with = [&](const std::string& password) {
    return server
        .get("/api/v1/campaigns", {httplib::make_basic_authentication_header("boss", password)})
        .status;
  };
  CHECK(status_with("open sesame") == 200);
  const auto is_short =
      server.command({"admin", "password", "boss", "--password-stdin"}, "123456789\n");
  CHECK(is_short.status == 2);
  CHECK(is_short.output.find("must have 10 characters at least") != std::string::npos);
  CHECK(server.command({"admin", "password", "boss", "--password-stdin"}, "another one\n").status ==
        0);
  CHECK(status_with("open sesame") == 401);
  CHECK(status_with("another one") == 200);
  CHECK(server.command({"admin", "password", "eve", "--password-stdin"}, "another one\n").status ==
        1);
}

TEST_CASE("serve: goes on after SIGHUP, and takes two signals within a second for one",
          "[integration]") {
  RunningServer server;
  server.signal(SIGHUP);
  CHECK(server.wait_for_output("SIGHUP does nothing"));
  CHECK(server.get("/healthz").status == 200);
  server.signal(SIGTERM);
  server.signal(SIGTERM);
  CHECK(server.stop() == 0);
  CHECK(server.output().find("stopped\n") != std::string::npos);
}

TEST_CASE("usage: whoever names what there is not is told how to find what there is",
          "[integration]") {
  RunningServer server;
  for (const auto& [given, said] : std::vector<Words>{
           {{"campaign", "show", "nope"},
            "campaign show: there is no such campaign; promotions campaign list shows those there"},
           {{"subscribers", "list", "nope"}, "; promotions campaign list shows those there are"},
           {{"jobs", "show", "99"},
            "there is no such job; promotions jobs list shows those there"}}) {
    const auto result = server.command(given);
    CAPTURE(given, result.output);
    CHECK(result.status == 1);
    CHECK(result.output.find(said) != std::string::npos);
  }
}
