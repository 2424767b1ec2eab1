// The commands, with and without a server on the same database.
#include <filesystem>
#include <fstream>

#include "integration/running_server.h"
#include "support/catch.h"

using namespace promotions;

TEST_CASE("commands work beside a running server, which sees their effect at once",
          "[integration]") {
  RunningServer server;
  const auto created = server.command({"campaign", "create", "cli", "--name", "By hand",
                                       "--admin-email", "boss@example.org", "--json"});
  CAPTURE(created.output);
  REQUIRE(created.status == 0);
  CHECK(Json::parse(created.output).at("slug") == "cli");
  CHECK(server.sign_up("cli", "ana@example.org").status == 202);

  CHECK(
      server.command({"campaign", "update", "cli", "--closes-at", "2001-01-01T00:00:00Z"}).status ==
      0);
  CHECK(server.sign_up("cli", "eva@example.org").code() == "campaign_not_open");
  CHECK(server.command({"campaign", "list"}).output.find("closed") != std::string::npos);
  CHECK(server.command({"jobs", "list", "--json"}).output.find("verification") !=
        std::string::npos);
  CHECK(server.command({"campaign", "finish", "cli", "--yes"}).status == 1);  // nobody has verified

  CHECK(
      server.command({"admin", "add", "second", "--password-stdin"}, "another password\n").status ==
      0);
  CHECK(server
            .get("/api/v1/campaigns",
                 {httplib::make_basic_authentication_header("second", "another password")})
            .status == 200);
  CHECK(server.command({"admin", "remove", "second"}).status == 0);
  CHECK(server
            .get("/api/v1/campaigns",
                 {httplib::make_basic_authentication_header("second", "another password")})
            .status == 401);

  CHECK(server.command({"campaign", "delete", "cli", "--yes"}).status == 0);
  CHECK(server.sign_up("cli", "eva@example.org").code() == "campaign_not_found");
  CHECK(server.command({"check"}).status == 0);
}

TEST_CASE("a password comes from standard input or a file, and its lack is wrong usage",
          "[integration]") {
  RunningServer server;
  const auto file = server.folder().file("password");
  std::ofstream(file) << "from a file\r\nanother line\n";
  CHECK(server.command({"admin", "add", "eva", "--password-file", file}).status == 0);
  CHECK(server
            .get("/api/v1/campaigns",
                 {httplib::make_basic_authentication_header("eva", "from a file")})
            .status == 200);
  const auto check_refused = [&](const std::vector<std::string>& options, const std::string& input,
                                 const std::string& message) {
    CAPTURE(message);
    std::vector<std::string> arguments{"admin", "add", "ben"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const auto result = server.command(arguments, input);
    CAPTURE(result.output);
    CHECK(result.status == 2);
    CHECK(result.output.find(message) != std::string::npos);
  };
  check_refused({"--password-stdin"}, "", "standard input: holds no password");
  check_refused({"--password-stdin"}, "\nsecond line\n", "standard input: holds no password");
  check_refused({"--password-file", file + ".absent"}, "", "absent: cannot be read");
  check_refused({"--password-file", "/dev/null"}, "", "/dev/null: holds no password");
  check_refused({"--password-file", file, "--password-stdin"}, "", "excludes");
  check_refused({"secret"}, "", "secret");
  check_refused({}, "", "is not a terminal");
  check_refused({"--password-stdin"}, "a\tb\n", "without control characters");
  CHECK(server.command({"admin", "list"}).output.find("ben") == std::string::npos);
}

TEST_CASE("check warns of a password that all users of the machine can read", "[integration]") {
  RunningServer server;
  const auto on_command_line = server.command({"--set", "mail.smtp.password=s3cret", "check"});
  CHECK(on_command_line.status == 0);
  CHECK(on_command_line.output.find("--set: mail.smtp.password is shown to all users") !=
        std::string::npos);
  CHECK(on_command_line.output.find("s3cret") == std::string::npos);

  const auto file = server.folder().file("c.toml");
  std::ofstream(file) << "[mail.smtp]\npassword = \"s3cret\"\n";
  const std::string warning = file + ":2: mail.smtp.password is in a file that all users can read";
  std::filesystem::permissions(file, std::filesystem::perms{0644});
  CHECK(server.command({"--config", file, "check"}).output.find(warning) != std::string::npos);
  std::filesystem::permissions(file, std::filesystem::perms{0640});
  CHECK(server.command({"--config", file, "check"}).output.find("configuration: ok\n") !=
        std::string::npos);
}

TEST_CASE("below a base path everything is served, and commands do not mind", "[integration]") {
  RunningServer server({"server.base_path=/sorteos"});
  REQUIRE(server
              .command({"campaign", "create", "sub", "--name", "Sub", "--admin-email",
                        "boss@example.org"})
              .status == 0);
  const Json body = {{"campaign", "sub"}, {"email", "ana@example.org"}};
  CHECK(server.post("/sorteos/add_subscriber", body).status == 202);
  CHECK(server.post("/add_subscriber", body).code() == "not_found");
  CHECK(server.get("/sorteosadd_subscriber").status == 404);
  CHECK(server.get("/sorteos/healthz").status == 200);
}

TEST_CASE("commands work without a server, and a server started later knows of it",
          "[integration]") {
  RunningServer server;
  CHECK(server.stop() == 0);
  REQUIRE(server
              .command({"campaign", "create", "early", "--name", "Early", "--admin-email",
                        "boss@example.org"})
              .status == 0);
  CHECK(server.command({"campaign", "show", "early"}).output.find("Early") != std::string::npos);
  server.restart();
  CHECK(server.sign_up("early", "ana@example.org").status == 202);
}

TEST_CASE("a second server on one database refuses to start and says who holds it",
          "[integration]") {
  RunningServer server;
  const auto second = server.command({"serve"});
  CHECK(second.status == 1);
  CHECK(second.output.find(server.database() + ": in use by process ") != std::string::npos);
  CHECK(second.output.find(":" + std::to_string(server.port())) != std::string::npos);
}

TEST_CASE("wrong usage and wrong configuration exit with 2 and name the place", "[integration]") {
  RunningServer server;
  CHECK(server.command({"campaign"}).status == 2);
  CHECK(server.command({"serve", "--nonsense"}).status == 2);
  const auto port = server.command({"--set", "mail.smtp.port=70000", "check"});
  CHECK(port.status == 2);
  CHECK(port.output.find("mail.smtp.port is 70000") != std::string::npos);
  const auto winners = server.command({"campaign", "create", "bad", "--name", "Bad",
                                       "--admin-email", "boss@example.org", "--winners", "0"});
  CHECK(winners.status == 2);
  CHECK(winners.output.find(
            "--winners: \"0\" is out of range; expected a whole number from 1 to 1000") !=
        std::string::npos);
  CHECK(server.command({"campaign", "show", "nowhere"}).status == 1);
  CHECK(server.command({"version"}).status == 0);
}
