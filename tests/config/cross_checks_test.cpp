// What no key can say alone: errors of `check`, and warnings.
#include "config/sandbox.h"
#include "promotions/config/config.h"
#include "support/catch.h"

using namespace promotions;

namespace {

Config load(const std::vector<std::string>& overrides) {
  return load_config({std::nullopt, overrides});
}

std::vector<std::string> warnings_of(const std::vector<std::string>& overrides) {
  return load(overrides).warnings;
}

}  // namespace

TEST_CASE("cross_checks: mail that goes out and says localhost is told, and loads", "[config]") {
  const Sandbox sandbox;
  sandbox.write("promotions.toml",
                "[server]\npublic_url = \"https://raffles.example.org\"\n"
                "[mail]\ntransport = \"smtp\"\nfrom = \"A <a@example.org>\"\n"
                "smtp.host = \"127.0.0.1\"\n");  // a relay here is nothing wrong
  CHECK(load({}).errors.empty());
  const auto only_error = [](const std::string& setting) {
    const Config config = load({setting});
    REQUIRE(config.errors.size() == 1);
    return config.errors.front();
  };
  for (const char* address : {"a@localhost", "A <a@LocalHost>", "a@localhost.localdomain",
                              "a@127.0.0.1", "a@mail.localhost"}) {
    CAPTURE(address);
    CHECK(only_error("mail.from=" + std::string(address)).starts_with("--set: mail.from is at "));
    CHECK(only_error("mail.envelope_from=" + std::string(address))
              .starts_with("--set: mail.envelope_from is at "));
  }
  for (const char* host : {"localhost", "localhost:8080", "LOCALHOST", "127.0.0.1:80", "127.3.2.1",
                           "[::1]", "[::1]:8080", "raffle.localhost", "0.0.0.0:8080"}) {
    CAPTURE(host);
    CHECK(only_error("server.public_url=http://" + std::string(host) + "/path")
              .starts_with("--set: server.public_url is "));
  }
  for (const char* good : {"server.public_url=http://localhost.example.org",
                           "server.public_url=https://127.0.0.1.example.org/localhost",
                           "mail.from=localhost@example.org", "mail.from=localhost <a@example.org>",
                           "mail.envelope_from=a@mylocalhost"}) {
    CAPTURE(good);
    CHECK(load({good}).errors.empty());
  }
  // What is written into a folder may say what it likes.
  CHECK(load({"mail.transport=directory", "mail.from=a@localhost"}).errors.empty());
}

TEST_CASE("cross_checks: what the defaults say of localhost is told as theirs", "[config]") {
  const Sandbox sandbox;
  CHECK(load({}).errors.empty());
  const Config config = load({"mail.transport=smtp", "mail.smtp.host=mail.example.org"});
  REQUIRE(config.errors.size() == 2);
  CHECK(config.errors[0].starts_with("defaults: mail.from is at localhost, "));
  CHECK(config.errors[1].starts_with("defaults: server.public_url is \"http://localhost:8080\", "));
}

TEST_CASE("cross_checks: a lease that a mail may outlive is warned of", "[config]") {
  const Sandbox sandbox;
  const std::vector<std::string> smtp{"mail.transport=smtp", "mail.smtp.host=mail.example.org",
                                      "mail.smtp.timeout=60s"};
  const auto with = [&](const std::string& setting) {
    std::vector<std::string> settings = smtp;
    settings.push_back(setting);
    return warnings_of(settings);
  };
  CHECK(with("queue.lease=2m").empty());
  CHECK(with("queue.lease=90s") ==
        std::vector<std::string>{
            "--set: queue.lease is 90s and mail.smtp.timeout 1m, so a slow mail could be sent "
            "twice; expected a lease of 2m or more"});
  CHECK(warnings_of({"queue.lease=90s"}).empty());  // into a folder, that takes no time
}

TEST_CASE("cross_checks: a head that may take longer than its request is warned of", "[config]") {
  const Sandbox sandbox;
  CHECK(warnings_of({"server.header_timeout=30s"}).empty());
  CHECK(warnings_of({"server.request_timeout=5s"}) ==
        std::vector<std::string>{
            "--set: server.header_timeout is 10s, longer than server.request_timeout, 5s, which "
            "ends the request before; expected at most that"});
}

TEST_CASE("cross_checks: an environment variable that looks like a slip is warned of", "[config]") {
  Sandbox sandbox;
  sandbox.set("PROMOTIONS_SEVER_PORT", "1");
  CHECK(warnings_of({}) ==
        std::vector<std::string>{"PROMOTIONS_SEVER_PORT: unknown environment variable, and "
                                 "ignored; did you mean PROMOTIONS_SERVER_PORT?"});
}
