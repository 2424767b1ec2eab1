#include "config/sandbox.h"
#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"
#include "promotions/config/config.h"
#include "support/catch.h"

using namespace promotions;
using namespace std::chrono_literals;

namespace {

Config load(const std::vector<std::string>& overrides = {}) {
  return load_config({std::nullopt, overrides});
}

// The message that loading fails with; empty if it does not fail.
std::string failure(const ConfigSources& sources) {
  try {
    load_config(sources);
    return "";
  } catch (const ConfigError& error) {
    CHECK(error.exit_status() == 2);
    return error.what();
  }
}

struct Row {
  std::string given;
  std::string message;
};

}  // namespace

TEST_CASE("load_config: works with nothing at all", "[config]") {
  const Sandbox sandbox;
  const Config config = load();
  CHECK(config.server.port == 8080);
  CHECK(config.server.public_url == "http://localhost:8080");
  CHECK(config.queue.lease == 15min);
}

TEST_CASE("load_config: default, file, environment, --set, each stronger than the last",
          "[config]") {
  Sandbox sandbox;
  sandbox.write("promotions.toml", "[server]\nport = 1001\nworkers = 11\nmax_connections = 111\n");
  sandbox.set("PROMOTIONS_SERVER_PORT", "1002");
  sandbox.set("PROMOTIONS_SERVER_WORKERS", "12");
  const Config config = load({"server.port=9", "server.port=1003"});
  CHECK(config.server.port == 1003);
  CHECK(config.server.workers == 12);
  CHECK(config.server.max_connections == 111);
  CHECK(config.server.max_body_bytes == 65'536);
}

TEST_CASE("load_config: a PROMOTIONS_ variable outside of its sections is not its business",
          "[config]") {
  Sandbox sandbox;
  sandbox.set("PROMOTIONS_HOME", "/opt/promotions");
  sandbox.set("PROMOTIONS_PORT_8080_TCP", "tcp://10.0.0.1:8080");
  sandbox.set("PROMOTIONS_", "");
  CHECK(load_config({}).server.port == 8080);
}

TEST_CASE("load_config: --config before $PROMOTIONS_CONFIG before ./promotions.toml", "[config]") {
  Sandbox sandbox;
  sandbox.write("promotions.toml", "server.port = 1");
  sandbox.write("b.toml", "server.port = 2");
  sandbox.write("c.toml", "server.port = 3");
  CHECK(load().server.port == 1);
  sandbox.set("PROMOTIONS_CONFIG", "b.toml");
  CHECK(load().server.port == 2);
  CHECK(load_config({"c.toml", {}}).server.port == 3);
  sandbox.set("PROMOTIONS_CONFIG", "");
  CHECK(load().server.port == 1);
}

TEST_CASE("load_config: every type of value from a file", "[config]") {
  const Sandbox sandbox;
  sandbox.write("promotions.toml", R"(
server = { max_body_bytes = 1_048_576, trusted_proxies = ["10.0.0.0/8", "::1"] }
mail.from = 'Ana "la jefa" <ana@example.org>'
[queue]
lease = "90s"
)");
  const Config config = load();
  CHECK(config.server.max_body_bytes == 1'048'576);
  CHECK(config.server.trusted_proxies == std::vector<std::string>{"10.0.0.0/8", "::1/128"});
  CHECK(config.mail.from == "Ana \"la jefa\" <ana@example.org>");
  CHECK(config.queue.lease == 90s);
}

TEST_CASE("load_config: text and lists from the environment, bare or as TOML", "[config]") {
  Sandbox sandbox;
  sandbox.set("PROMOTIONS_SERVER_CORS_ORIGINS", "https://a.example, http://b.example:8080");
  sandbox.set("PROMOTIONS_SERVER_TRUSTED_PROXIES", R"(["10.0.0.0/8", '127.0.0.1'])");
  sandbox.set("PROMOTIONS_MAIL_FROM", "\"Ana, Eva\" <ana@example.org>");
  sandbox.set("PROMOTIONS_MAIL_REPLY_TO", R"("Sorteo \u00F1 <a@example.org>")");
  sandbox.set("PROMOTIONS_QUEUE_LEASE", "2m");
  sandbox.set("PROMOTIONS_QUEUE_BACKOFF_MIN", "\"1s\"");
  const Config config = load();
  CHECK(config.server.cors_origins ==
        std::vector<std::string>{"https://a.example", "http://b.example:8080"});
  CHECK(config.server.trusted_proxies == std::vector<std::string>{"10.0.0.0/8", "127.0.0.1/32"});
  CHECK(config.mail.from == "\"Ana, Eva\" <ana@example.org>");
  CHECK(config.mail.reply_to == "Sorteo ñ <a@example.org>");
  CHECK(config.queue.lease == 2min);
  CHECK(config.queue.backoff_min == 1s);

  CHECK(load({"server.cors_origins="}).server.cors_origins.empty());
  CHECK(load({"server.cors_origins=[]"}).server.cors_origins.empty());
  CHECK(load({"mail.smtp.password=\"a\" \"b\""}).mail.smtp.password == "\"a\" \"b\"");
  CHECK(load({"mail.smtp.password=a=b"}).mail.smtp.password == "a=b");
}

TEST_CASE("load_config: what is true or false is a word outside the file, too", "[config]") {
  const Sandbox sandbox;
  const std::string proxies = "server.trusted_proxies=127.0.0.1";
  CHECK(load({proxies, "server.proxy_protocol=true"}).server.proxy_protocol);
  CHECK_FALSE(load({proxies, "server.proxy_protocol=false"}).server.proxy_protocol);
  CHECK_THROWS_AS(load({proxies, "server.proxy_protocol=yes"}), ConfigError);
  CHECK_THROWS_AS(load({proxies, "server.proxy_protocol="}), ConfigError);
}

TEST_CASE("load_config: what new campaigns begin with comes from any source", "[config]") {
  Sandbox sandbox;
  CHECK(load().campaigns.locale == "es");
  CHECK(load().campaigns.time_zone == "UTC");
  sandbox.write("promotions.toml", "[campaigns]\nlocale = \"en\"\ntime_zone = \"Europe/Madrid\"\n");
  CHECK(load().campaigns.locale == "en");
  CHECK(load().campaigns.time_zone == "Europe/Madrid");
  sandbox.set("PROMOTIONS_CAMPAIGNS_TIME_ZONE", "America/Bogota");
  CHECK(load().campaigns.time_zone == "America/Bogota");
  CHECK(load({"campaigns.locale=es", "campaigns.time_zone=UTC"}).campaigns.time_zone == "UTC");
  CHECK_THROWS_AS(load({"campaigns.time_zone=Mars/Olympus"}), ConfigError);
}

TEST_CASE("load_config: a header field is named in any case", "[config]") {
  const Sandbox sandbox;
  CHECK(load({"server.client_address_header=X-Forwarded-For"}).server.client_address_header ==
        "x-forwarded-for");
  CHECK(load({"server.client_address_header=Forwarded"}).server.client_address_header ==
        "forwarded");
}

TEST_CASE("load_config: addresses are brought into the form that is used", "[config]") {
  const Sandbox sandbox;
  CHECK(load({"server.public_url=https://Example.org/"}).server.public_url ==
        "https://example.org");
  CHECK(load({"server.public_url=HTTPS://example.org:443/Raffles//"}).server.public_url ==
        "https://example.org/Raffles");
  CHECK(load({"server.public_url=http://[::1]:8080/a"}).server.public_url == "http://[::1]:8080/a");
  CHECK(load({"server.cors_origins=HTTP://Example.org:80"}).server.cors_origins ==
        std::vector<std::string>{"http://example.org"});
  CHECK(load({"draw.drand_urls=https://Relay.example:443/drand/, http://127.0.0.2:8080,"
              "http://localhost/, http://[::1]:81"})
            .draw.drand_urls == std::vector<std::string>{"https://relay.example/drand",
                                                         "http://127.0.0.2:8080",
                                                         "http://localhost", "http://[::1]:81"});
  CHECK(load({"draw.drand_urls=[]"}).draw.drand_urls.empty());
  CHECK(load({"server.base_path=/a/b.c"}).server.base_path == "/a/b.c");
  CHECK(load({"server.host=::"}).server.host == "::");
}

TEST_CASE("load_config: the password can come from a file", "[config]") {
  Sandbox sandbox;
  sandbox.write("secret", "hunter2 \r\n");
  sandbox.write("promotions.toml", "[mail.smtp]\nusername = \"ana\"\npassword_file = \"secret\"\n");
  CHECK(load().mail.smtp.password == "hunter2 ");
}

TEST_CASE("load_config: what is wrong in a file is told with file, line and key", "[config]") {
  const Sandbox sandbox;
  const std::string no_hint = "; config.example.toml shows those there are";
  const std::string a_duration =
      "expected a duration such as \"250ms\", \"10s\", \"5m\", \"48h\" or \"30d\"";
  const std::string a_url =
      "expected an http or https URL with a host, such as \"https://example.org\"";
  const std::string a_path =
      "expected \"\" or a path that begins with a slash and does not end with one";
  const std::string a_network = "expected networks such as \"10.0.0.0/8\" or \"fd00::/8\"";
  const std::string an_origin = "expected origins such as \"https://example.org\", without a path";
  const std::string a_hash = "expected 64 lower-case hexadecimal digits";
  const std::string a_relay =
      "expected https URLs such as \"https://api.drand.sh\", or http ones of this machine";
  const std::string a_client_name = "expected \"\", a host name, or an IP address in brackets";
  const std::string a_zone =
      "expected an IANA time zone of this system, such as \"Europe/Madrid\", or \"UTC\"";
  const std::string a_mailbox = "expected \"Name <address>\" or an address";
  const std::string a_host = "expected a host name or an IP address";
  const std::vector<Row> rows{
      // Numbers.
      {"[mail.smtp]\n\nport = 70000", "3: mail.smtp.port is 70000; expected 1..65535"},
      {"mail.smtp.port = 0", "1: mail.smtp.port is 0; expected 1..65535"},
      {"server.port = -1", "1: server.port is -1; expected 0..65535"},
      {"server.port = 4294967297", "1: server.port is 4294967297; expected 0..65535"},
      {"server.port = \"80\"", "1: server.port is \"80\"; expected a whole number in 0..65535"},
      {"server.port = 80.0",
       "1: server.port is a decimal number; expected a whole number in 0..65535"},
      {"server.port = true", "1: server.port is a boolean; expected a whole number in 0..65535"},
      {"server.port = 2026-01-01",
       "1: server.port is a date or time; expected a whole number in 0..65535"},
      {"server.port = [80]",
       "1: server.port is a list with a whole number in it; expected a whole number in 0..65535"},
      {"[server.port]", "1: server.port is a table; expected a whole number in 0..65535"},
      {"server.workers = 0", "1: server.workers is 0; expected 1..1024"},
      {"server.max_connections = 1000001",
       "1: server.max_connections is 1000001; expected 1..1000000"},
      {"server.max_body_bytes = 1023", "1: server.max_body_bytes is 1023; expected 1024..16777216"},
      {"mail.smtp.connections = 257", "1: mail.smtp.connections is 257; expected 1..256"},
      {"queue.max_attempts = 0", "1: queue.max_attempts is 0; expected 1..1000"},
      {"limits.sign_ups_per_minute = -1",
       "1: limits.sign_ups_per_minute is -1; expected 0..1000000"},

      // Durations.
      {"queue.lease = 900", "1: queue.lease is 900; " + a_duration},
      {"queue.lease = \"900\"", "1: queue.lease is \"900\"; " + a_duration},
      {"queue.lease = \"999ms\"", "1: queue.lease is \"999ms\"; expected 1s..1d"},
      {"server.idle_timeout = \"0s\"", "1: server.idle_timeout is \"0s\"; expected 10ms..1d"},
      {"[queue]\nbackoff_max = \"5s\"\nbackoff_min = \"6s\"",
       "3: queue.backoff_min is \"6s\"; expected at most queue.backoff_max, \"5s\""},
      {"[queue]\nbackoff_max = \"59s\"",
       "2: queue.backoff_min is \"1m\"; expected at most queue.backoff_max, \"59s\""},

      // Text.
      {"server.host = 1", "1: server.host is 1; expected a string"},
      {"server.host = \"\"", "1: server.host is \"\"; " + a_host},
      {"server.host = \"a b\"", "1: server.host is \"a b\"; " + a_host},
      {"server.public_url = \"\"", "1: server.public_url is \"\"; " + a_url},
      {"server.public_url = \"example.org\"", "1: server.public_url is \"example.org\"; " + a_url},
      {"server.public_url = \"ftp://a.example\"",
       "1: server.public_url is \"ftp://a.example\"; " + a_url},
      {"server.public_url = \"http://\"", "1: server.public_url is \"http://\"; " + a_url},
      {"server.public_url = \"http:///a\"", "1: server.public_url is \"http:///a\"; " + a_url},
      {"server.public_url = \"http://a:0\"", "1: server.public_url is \"http://a:0\"; " + a_url},
      {"server.public_url = \"http://a:\"", "1: server.public_url is \"http://a:\"; " + a_url},
      {"server.public_url = \"http://[::g]\"",
       "1: server.public_url is \"http://[::g]\"; " + a_url},
      {"server.public_url = \"http://a/?b\"", "1: server.public_url is \"http://a/?b\"; " + a_url},
      {"server.public_url = \"http://a/<b>\"",
       "1: server.public_url is \"http://a/<b>\"; " + a_url},
      {"server.public_url = \"http://me@a\"", "1: server.public_url is \"http://me@a\"; " + a_url},
      {"server.public_url = \"http://a\\r\\nb\"",
       "1: server.public_url is \"http://a??b\"; " + a_url},
      {"server.base_path = \"a\"", "1: server.base_path is \"a\"; " + a_path},
      {"server.base_path = \"/a/\"", "1: server.base_path is \"/a/\"; " + a_path},
      {"server.base_path = \"/\"", "1: server.base_path is \"/\"; " + a_path},
      {"server.base_path = \"/a/../b\"", "1: server.base_path is \"/a/../b\"; " + a_path},
      {"server.base_path = \"//a\"", "1: server.base_path is \"//a\"; " + a_path},
      {"storage.path = \"\"", "1: storage.path is \"\"; expected the name of a file"},
      {"storage.path = \"a\\u0000b\"", "1: storage.path is \"a?b\"; expected the name of a file"},
      {"\n[campaigns]\nlocale = \"EN\"",
       "3: campaigns.locale is \"EN\"; expected es, en, ca, pt, fr or de"},
      {"campaigns.locale = \"\"", "1: campaigns.locale is \"\"; expected es, en, ca, pt, fr or de"},
      {"[campaigns]\ntime_zone = \"Madrid\"", "2: campaigns.time_zone is \"Madrid\"; " + a_zone},
      {"campaigns.time_zone = \"localtime\"", "1: campaigns.time_zone is \"localtime\"; " + a_zone},
      {"campaigns.time_zone = \"../etc/passwd\"",
       "1: campaigns.time_zone is \"../etc/passwd\"; " + a_zone},
      {"mail.transport = \"SMTP\"", "1: mail.transport is \"SMTP\"; expected directory or smtp"},
      {"mail.smtp.security = \"ssl\"",
       "1: mail.smtp.security is \"ssl\"; expected starttls, tls or none"},
      {"mail.from = \"\"", "1: mail.from is \"\"; " + a_mailbox},
      {"mail.from = \"ana\"", "1: mail.from is \"ana\"; " + a_mailbox},
      {"mail.from = \"a@b\\r\\nBcc: c@d\"", "1: mail.from is \"a@b??Bcc: c@d\"; " + a_mailbox},
      {"mail.reply_to = \"ana\"",
       "1: mail.reply_to is \"ana\"; expected \"\", \"Name <address>\" or an address"},
      {"mail.envelope_from = \"ana\"",
       "1: mail.envelope_from is \"ana\"; expected \"\" or an address"},
      {"storage.path = \"file:/tmp/p.db?mode=ro\"",
       "1: storage.path is \"file:/tmp/p.db?mode=ro\"; expected the name of a file"},
      {"server.host = \"999.1.1.1\"",
       "1: server.host is \"999.1.1.1\"; expected a host name or an IP address"},
      {"mail.smtp.helo = \"a b\"", "1: mail.smtp.helo is \"a b\"; " + a_client_name},
      {"mail.smtp.helo = \"192.0.2.1\"", "1: mail.smtp.helo is \"192.0.2.1\"; " + a_client_name},
      {"mail.smtp.helo = \"[192.0.2]\"", "1: mail.smtp.helo is \"[192.0.2]\"; " + a_client_name},
      {"mail.smtp.helo = \"[2001:db8::1]\"",
       "1: mail.smtp.helo is \"[2001:db8::1]\"; " + a_client_name},
      {"log.level = \"loud\"",
       "1: log.level is \"loud\"; expected trace, debug, info, warn, error or off"},
      {"log.format = \"xml\"", "1: log.format is \"xml\"; expected text or json"},

      {"draw.drand_chain = \"52DB\"", "1: draw.drand_chain is \"52DB\"; " + a_hash},
      {"draw.drand_chain = \"" + std::string(63, 'a') + "A\"",
       "1: draw.drand_chain is \"" + std::string(63, 'a') + "A\"; " + a_hash},
      {"draw.drand_chain = \"" + std::string(63, 'a') + "g\"",
       "1: draw.drand_chain is \"" + std::string(63, 'a') + "g\"; " + a_hash},
      {"draw.drand_chain = \"" + std::string(65, 'a') + "\"",
       "1: draw.drand_chain is \"" + std::string(65, 'a') + "\"; " + a_hash},
      {"[draw]\ndrand_timeout = \"0s\"", "2: draw.drand_timeout is \"0s\"; expected 100ms..1m"},

      // Lists.
      {"draw.drand_urls = \"https://a.example\"",
       "1: draw.drand_urls is \"https://a.example\"; expected a list of strings"},
      {"[draw]\ndrand_urls = [\"https://a.example\", \"http://a.example\"]",
       "2: draw.drand_urls is \"http://a.example\"; " + a_relay},
      {"draw.drand_urls = [\"http://127.0.0.1.example\"]",
       "1: draw.drand_urls is \"http://127.0.0.1.example\"; " + a_relay},
      {"draw.drand_urls = [\"http://localhost.example\"]",
       "1: draw.drand_urls is \"http://localhost.example\"; " + a_relay},
      {"draw.drand_urls = [\"http://[::2]\"]",
       "1: draw.drand_urls is \"http://[::2]\"; " + a_relay},
      {"draw.drand_urls = [\"ftp://localhost\"]",
       "1: draw.drand_urls is \"ftp://localhost\"; " + a_relay},
      {"draw.drand_urls = [\"https://me@a.example\"]",
       "1: draw.drand_urls is \"https://me@a.example\"; " + a_relay},
      {"draw.drand_urls = [\"\"]", "1: draw.drand_urls is \"\"; " + a_relay},
      {"server.cors_origins = \"https://a.example\"",
       "1: server.cors_origins is \"https://a.example\"; expected a list of strings"},
      {"server.cors_origins = [1]",
       "1: server.cors_origins is a list with a whole number in it; expected a list of strings"},
      {"server.cors_origins = [\"*\"]", "1: server.cors_origins is \"*\"; " + an_origin},
      {"server.cors_origins = [\"https://a.example/\"]",
       "1: server.cors_origins is \"https://a.example/\"; " + an_origin},
      {"server.trusted_proxies = [\"::1\", \"proxy.example\"]",
       "1: server.trusted_proxies is \"proxy.example\"; " + a_network},
      {"server.trusted_proxies = [\"10.0.0.0/33\"]",
       "1: server.trusted_proxies is \"10.0.0.0/33\"; " + a_network},
      {"server.trusted_proxies = [\"10.0.0.0/\"]",
       "1: server.trusted_proxies is \"10.0.0.0/\"; " + a_network},
      {"server.trusted_proxies = [\"10.0.0/8\"]",
       "1: server.trusted_proxies is \"10.0.0/8\"; " + a_network},
      {"server.trusted_proxies = [\"::/129\"]",
       "1: server.trusted_proxies is \"::/129\"; " + a_network},
      {"server.client_address_header = \"x-real-ip\"",
       "1: server.client_address_header is \"x-real-ip\"; expected x-forwarded-for or forwarded"},
      {"server.proxy_protocol = \"true\"",
       "1: server.proxy_protocol is \"true\"; expected true or false"},
      {"server.proxy_protocol = 1", "1: server.proxy_protocol is 1; expected true or false"},

      // Keys.
      {"\n\n[server]\nprot = 1", "4: unknown key server.prot; did you mean server.port?"},
      {"[servr]\nport = 1", "2: unknown key servr.port; did you mean server.port?"},
      {"[mail.smtp]\nuser_name = \"\"",
       "2: unknown key mail.smtp.user_name; did you mean mail.smtp.username?"},
      {"something_else = 1", "1: unknown key something_else" + no_hint},
      {"[something]", "1: unknown key something" + no_hint},
      {"\"server.port\" = 1", "1: unknown key \"server.port\"; did you mean server.port?"},
      {"\"a\\nb\" = 1", "1: unknown key \"a?b\"" + no_hint},
      {"server = 5", "1: server is a value; expected the section [server]"},
      {"[[server]]\nport = 1", "1: server is a value; expected the section [server]"},
      {"b = 1\na = 1", "1: unknown key b" + no_hint},  // the first line, not the first letter

      // Values that must agree.
      {"[server]\nproxy_protocol = true",
       "2: server.proxy_protocol is true, but server.trusted_proxies is empty; expected there the "
       "proxies that speak it, such as [\"127.0.0.1/32\"]"},
      {"[mail]\ntransport = \"smtp\"",
       "2: mail.smtp.host is \"\"; expected a host name, because mail.transport is smtp"},
      {"mail.smtp.username = \"ana\"",
       "1: mail.smtp.username has no password; expected mail.smtp.password or "
       "mail.smtp.password_file"},
      {"[mail.smtp]\npassword = \"hunter2\"\npassword_file = \"secret\"",
       "3: mail.smtp.password and mail.smtp.password_file are both set; expected one of them"},
      {"mail.smtp.password_file = \"nowhere\"",
       "1: mail.smtp.password_file \"nowhere\" cannot be read (No such file or directory); "
       "expected a readable file"},
      {"mail.smtp.password_file = \"promotions.toml\"\n#",
       "1: mail.smtp.password_file \"promotions.toml\" holds no usable password; expected one line "
       "of text"},
      {"mail.smtp.ca_file = \"nowhere\"",
       "1: mail.smtp.ca_file \"nowhere\" cannot be read (No such file or directory); expected a "
       "readable file"},
      {"mail.smtp.ca_file = \"promotions.toml\"",
       "1: mail.smtp.ca_file \"promotions.toml\" holds no certificate; expected certificates in "
       "PEM"},
      {"mail.smtp.password = 5", "1: mail.smtp.password is not usable; expected a string"},
      {"mail.smtp.password = \"hunter2\\n\"",
       "1: mail.smtp.password is not usable; expected text without control characters"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.given);
    sandbox.write("promotions.toml", row.given);
    CHECK(failure({}) == "promotions.toml:" + row.message);
  }
}

TEST_CASE("load_config: the name in EHLO is a host name or an address literal", "[config]") {
  const Sandbox sandbox;
  for (const char* name :
       {"", "mail.example.org", "mailhost", "[192.0.2.1]", "[IPv6:2001:db8::1]"}) {
    CHECK(load({"mail.smtp.helo=" + std::string(name)}).mail.smtp.helo == name);
  }
}

TEST_CASE("load_config: broken TOML is told with its line, and without passwords", "[config]") {
  const Sandbox sandbox;
  for (const char* broken :
       {"[server]\nport = ", "[server]\nport 80", "[server]\nhost = \"a", "[server]\n[server",
        "[server]\nport = 1\nport = 2\n", "[server]\nhost = \"\xFF\"",
        "[server]\nport = 99999999999999999999"}) {
    CAPTURE(broken);
    sandbox.write("promotions.toml", broken);
    const std::string message = failure({});
    CAPTURE(message);
    const bool line_2_or_3 = message.starts_with("promotions.toml:2: not valid TOML (") ||
                             message.starts_with("promotions.toml:3: not valid TOML (");
    CHECK(line_2_or_3);
    CHECK(message.ends_with("; expected [section] or key = value"));
  }
  for (const char* leaky : {"mail.smtp.password = hunter2", "mail.smtp.password = \"x\" hunter2",
                            "mail.smtp.password = 'hunter2", "mail.smtp.password hunter2",
                            "[mail.smtp]\npassword = \"a\"\npassword.hunter2 = \"hunter2\""}) {
    CAPTURE(leaky);
    sandbox.write("promotions.toml", leaky);
    const std::string message = failure({});
    CAPTURE(message);
    CHECK(message.find("not valid TOML; expected") != std::string::npos);
    CHECK(message.find("hunter") == std::string::npos);
  }
}

TEST_CASE("load_config: what broken TOML is told with is one line without control characters",
          "[config]") {
  const Sandbox sandbox;
  for (const char* broken : {"[server]\nport = tru\nworkers = 1\n", "[server]\nport = \x1B[31m",
                             "[server]\nport = tru\x7F", "[ser\x1Bver]"}) {
    CAPTURE(broken);
    sandbox.write("promotions.toml", broken);
    const std::string message = failure({});
    CAPTURE(message);
    CHECK(message.find("not valid TOML (") != std::string::npos);
    CHECK_FALSE(has_control(message));
  }
}

TEST_CASE("load_config: files that cannot be read are named", "[config]") {
  Sandbox sandbox;
  CHECK(failure({"nowhere.toml", {}}) ==
        "nowhere.toml: cannot be read (No such file or directory); expected a readable file");
  CHECK(failure({"/", {}}) == "/: cannot be read (Is a directory); expected a readable file");
  CHECK(failure({"/dev/zero", {}}) ==
        "/dev/zero: cannot be read (it is larger than 1 MiB); expected a readable file");
  sandbox.set("PROMOTIONS_CONFIG", "elsewhere.toml");
  CHECK(failure({}) ==
        "PROMOTIONS_CONFIG: elsewhere.toml cannot be read (No such file or directory); expected a "
        "readable file");
}

TEST_CASE("load_config: what is wrong in the environment is told with the variable", "[config]") {
  struct Variable {
    std::string name;
    std::string value;
    std::string message;
  };
  const std::vector<Variable> rows{
      {"PROMOTIONS_SERVER_PORT", "70000", "server.port is 70000; expected 0..65535"},
      {"PROMOTIONS_SERVER_PORT", "abc",
       "server.port is \"abc\"; expected a whole number in 0..65535"},
      {"PROMOTIONS_SERVER_PORT", "", "server.port is \"\"; expected a whole number in 0..65535"},
      {"PROMOTIONS_SERVER_PORT", " 80",
       "server.port is \" 80\"; expected a whole number in 0..65535"},
      {"PROMOTIONS_SERVER_PORT", "99999999999999999999",
       "server.port is \"99999999999999999999\"; expected a whole number in 0..65535"},
      {"PROMOTIONS_SERVER_CORS_ORIGINS", "[1",
       "server.cors_origins is \"[1\"; expected a list of strings"},
      {"PROMOTIONS_SERVER_CORS_ORIGINS", "https://a.example,",
       "server.cors_origins is \"\"; expected origins such as \"https://example.org\", without a "
       "path"},
      {"PROMOTIONS_SERVER_HOST", "\xFF",
       "server.host is \"(not UTF-8)\"; expected a host name or an IP address"},
      {"PROMOTIONS_MAIL_SMTP_PASSWORD", "hun\tter2",
       "mail.smtp.password is not usable; expected text without control characters"},
      {"PROMOTIONS_MAIL_SMTP_USERNAME", "ana",
       "mail.smtp.username has no password; expected mail.smtp.password or "
       "mail.smtp.password_file"},
      {"PROMOTIONS_SERVER_PROT", "80",
       "unknown environment variable; did you mean PROMOTIONS_SERVER_PORT?"},
      {"PROMOTIONS_LOG_UNHEARD_OF", "1",
       "unknown environment variable; config.example.toml shows those there are"},
  };
  for (const Variable& row : rows) {
    CAPTURE(row.name, row.value);
    Sandbox sandbox;
    sandbox.set(row.name, row.value);
    CHECK(failure({}) == row.name + ": " + row.message);
  }
}

TEST_CASE("load_config: what is wrong in --set is told", "[config]") {
  const Sandbox sandbox;
  const std::vector<Row> rows{
      {"server.port=70000", "server.port is 70000; expected 0..65535"},
      {"server.port=", "server.port is \"\"; expected a whole number in 0..65535"},
      {"server.prot=1", "unknown key server.prot; did you mean server.port?"},
      {"=1", "unknown key ; config.example.toml shows those there are"},
      {"server=1", "unknown key server; config.example.toml shows those there are"},
      {"server.port", "\"server.port\" has no \"=\" after it; expected section.key=value"},
      {"mail.smtp.password:hunter2",
       "\"mail.smtp.password\" has no \"=\" after it; expected section.key=value"},
      {"mail.smtp.pasword=hunter2",
       "unknown key mail.smtp.pasword; did you mean mail.smtp.password?"},
      {"mail.from=\"a@b\"\nserver.port = 1 # \"",
       "mail.from is \"\"a@b\"?server.port = 1 # \"\"; expected \"Name <address>\" or an address"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.given);
    CHECK(failure({std::nullopt, {row.given}}) == "--set: " + row.message);
  }
}
