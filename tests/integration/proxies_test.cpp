// What proxies in front of the server, and pages of other sites, rely on.
#include "integration/running_server.h"
#include "support/catch.h"
#include "support/smtp_server.h"
#include "support/test_client.h"

using namespace promotions;

namespace {

const std::string kOrigin = "https://shop.example";

std::string raw(const RunningServer& server, const std::string& bytes) {
  auto client = test::Client::tcp(server.port());
  client.send(bytes);
  std::string answer = client.answer();
  CHECK(client.rest().empty());
  CHECK_FALSE(client.was_reset());
  return answer;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

struct Refused {
  int status;
  std::string code;
  std::string line;    // of the request
  std::string fields;  // before those that all of them have
  std::string body;
};

// Each kind of request that is refused before it is routed.
std::vector<Refused> refused_requests() {
  const std::string line = "POST /add_subscriber HTTP/1.1\r\n";
  const std::string host = "Host: a\r\n";
  return {
      {400, "malformed_request", "GET /verify_subscriber%zz HTTP/1.1\r\n", host, ""},
      {400, "malformed_request", line, host + "X : y\r\n", ""},
      {400, "malformed_request", line, host + "X: \x01\r\n", ""},
      {400, "malformed_request", line, host + "Transfer-Encoding: chunked\r\n", "x\r\n"},
      {404, "not_found", "GET /nothing HTTP/1.1\r\n", host + "Connection: close\r\n", ""},
      {413, "body_too_large", line, host + "Content-Length: 99999\r\n", std::string(99'999, 'x')},
      {413, "body_too_large", line, host + "Transfer-Encoding: chunked\r\n", "10001\r\n"},
      {414, "uri_too_long", "GET /" + std::string(9000, 'x') + " HTTP/1.1\r\n", host, ""},
      {417, "malformed_request", line, host + "Expect: x\r\n", ""},
      {431, "headers_too_large", line, host + "Cookie: " + std::string(17'000, 'x') + "\r\n", ""},
      {501, "malformed_request", line, host + "Transfer-Encoding: gzip, chunked\r\n", ""},
      {505, "malformed_request", "GET / HTTP/2.0\r\n", host, ""},
      {400, "malformed_request", "GET / HTTP/1.1\r\n", host + host, ""},
      {413, "body_too_large", "GET / HTTP/1.1\r\n", host + "Content-Length: 99999\r\n", ""},
  };
}

}  // namespace

TEST_CASE("proxies: what is refused before its route is readable for pages of allowed origins",
          "[integration]") {
  RunningServer server({"server.cors_origins=" + kOrigin});
  for (const Refused& each : refused_requests()) {
    CAPTURE(each.status, each.line.substr(0, 50), each.fields.substr(0, 50));
    const auto ask = [&](const std::string& origin) {
      return raw(server, each.line + each.fields + "Origin: " + origin +
                             "\r\nX-Request-Id: mine-1\r\n\r\n" + each.body);
    };
    const std::string answer = ask(kOrigin);
    CAPTURE(answer);
    CHECK(answer.starts_with("HTTP/1.1 " + std::to_string(each.status) + " "));
    CHECK(contains(answer, "\r\nAccess-Control-Allow-Origin: " + kOrigin + "\r\n"));
    CHECK(contains(answer, "\r\nAccess-Control-Expose-Headers: Retry-After, X-Request-Id\r\n"));
    CHECK(contains(answer, "\r\nVary: Origin\r\n"));
    CHECK(contains(answer, "\r\nX-Request-Id: mine-1\r\n"));
    CHECK(contains(answer, "\r\nContent-Type: application/problem+json\r\n"));
    CHECK(contains(answer, "\"code\":\"" + each.code + "\""));
    CHECK(contains(answer, "\"status\":" + std::to_string(each.status)));
    CHECK_FALSE(contains(ask("https://evil.example"), "Access-Control-Allow-Origin"));
  }
}

TEST_CASE("proxies: a method that a path has not is readable, and no preflight passes for others",
          "[integration]") {
  RunningServer server({"server.cors_origins=" + kOrigin});
  const auto is_readable = [&](const std::string& line) {
    return contains(raw(server, line + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nOrigin: " +
                                    kOrigin + "\r\n\r\n"),
                    "\r\nAccess-Control-Allow-Origin: " + kOrigin + "\r\n");
  };
  for (const char* line : {"FROB /", "PROPFIND /", "DELETE /healthz", "PUT /api/v1/campaigns",
                           "DELETE /add_subscriber", "OPTIONS /add_subscriber"}) {
    CAPTURE(line);
    CHECK(is_readable(line));
  }
  for (const char* line : {"OPTIONS /api/v1/campaigns", "GET /api/v1/campaigns", "OPTIONS /healthz",
                           "GET /healthz", "OPTIONS /"}) {
    CAPTURE(line);
    CHECK_FALSE(is_readable(line));
  }
}

TEST_CASE("proxies: what is refused before its route is a page where one is wanted",
          "[integration]") {
  RunningServer server;
  for (const Refused& each : refused_requests()) {
    CAPTURE(each.status, each.line.substr(0, 50), each.fields.substr(0, 50));
    for (const char* language : {"en", "es"}) {
      const std::string answer =
          raw(server, each.line + each.fields + "Accept: text/html\r\nAccept-Language: " +
                          std::string(language) + "\r\n\r\n" + each.body);
      CAPTURE(answer);
      CHECK(answer.starts_with("HTTP/1.1 " + std::to_string(each.status) + " "));
      CHECK(contains(answer, "\r\nContent-Type: text/html; charset=utf-8\r\n"));
      CHECK(contains(answer, "\r\nContent-Security-Policy: "));
      CHECK(contains(answer, "<html lang=\"" + std::string(language) + "\""));
    }
  }
}

TEST_CASE("proxies: the log says whose request was refused", "[integration]") {
  RunningServer server({"server.trusted_proxies=127.0.0.1"});
  int number = 0;
  for (const Refused& each : refused_requests()) {
    const std::string id = "refused-" + std::to_string(++number);
    raw(server, each.line + "X-Forwarded-For: 192.0.2.66\r\n" + each.fields +
                    "X-Request-Id: " + id + "\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n" + each.body);
  }
  // What may not be all of it is not believed: here the proxy's part is missing.
  raw(server,
      "GET /% HTTP/1.1\r\nHost: a\r\nX-Request-Id: part\r\nX-Forwarded-For: 192.0.2.66\r\n");
  server.stop();
  const std::string log = server.output();
  CAPTURE(log);
  for (int each = 1; each <= number; ++each) {
    const auto at = log.find("request=refused-" + std::to_string(each) + " ");
    REQUIRE(at != std::string::npos);
    CHECK(contains(log.substr(at, log.find('\n', at) - at), " client=192.0.2.7"));
  }
  CHECK(contains(log, "request=part refused 400 malformed_request client=127.0.0.1"));
}

TEST_CASE("proxies: an untrusted one that speaks for others is named once", "[integration]") {
  RunningServer server;
  for (int i = 0; i < 3; ++i) {
    CHECK(server.get("/healthz", {{"X-Forwarded-For", "192.0.2.1"}}).status == 200);
    CHECK(server.get("/healthz", {{"Forwarded", "for=192.0.2.1"}}).status == 200);
  }
  server.stop();
  CHECK(count(server.output(), "127.0.0.1 sends X-Forwarded-For, which is not believed") == 1);
  CHECK(count(server.output(), "server.trusted_proxies") == 1);
  CHECK(count(server.output(), "sends Forwarded") == 0);
}

TEST_CASE("proxies: one header is believed, the one that is chosen", "[integration]") {
  const std::string chosen = GENERATE("x-forwarded-for", "forwarded");
  RunningServer server({"server.trusted_proxies=127.0.0.1", "limits.sign_ups_per_minute=1",
                        "server.client_address_header=" + chosen});
  server.create_campaign("open");
  const auto status = [&](int number, const std::string& chosen_client, int other_client) {
    const std::string other = "192.0.2." + std::to_string(other_client);
    const bool is_forwarded = chosen == "forwarded";
    return server
        .post("/add_subscriber",
              {{"campaign", "open"}, {"email", "a" + std::to_string(number) + "@example.org"}},
              {{"Forwarded", "for=" + (is_forwarded ? chosen_client : other)},
               {"X-Forwarded-For", is_forwarded ? other : chosen_client}})
        .status;
  };
  CHECK(status(1, "198.51.100.1", 1) == 202);
  CHECK(status(2, "198.51.100.1", 2) == 429);
  CHECK(status(3, "198.51.100.2", 2) == 202);
}

TEST_CASE("proxies: the PROXY protocol names the client, and no header does", "[integration]") {
  RunningServer server({"server.trusted_proxies=127.0.0.1/32", "server.proxy_protocol=true",
                        "limits.sign_ups_per_minute=1"});
  const auto ask = [&](const std::string& header, const std::string& email) {
    const std::string body = "campaign=nowhere&email=" + email + "%40example.org";
    return raw(server,
               header + "POST /add_subscriber HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" +
                   "X-Forwarded-For: 192.0.2.66\r\nForwarded: for=192.0.2.66\r\n" +
                   "X-Request-Id: " + email +
                   "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                   std::to_string(body.size()) + "\r\n\r\n" + body);
  };
  CHECK(contains(ask("PROXY TCP4 192.0.2.1 127.0.0.1 4711 80\r\n", "a"), "campaign_not_found"));
  CHECK(contains(ask("PROXY UNKNOWN\r\n", "b"), "campaign_not_found"));
  auto without = test::Client::tcp(server.port());
  without.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(without.has_ended());
  server.stop();
  const std::string log = server.output();
  CAPTURE(log);
  const auto line_of = [&](const std::string& id) {
    const auto at = log.find("request=" + id + " ");
    REQUIRE(at != std::string::npos);
    return log.substr(at, log.find('\n', at) - at);
  };
  CHECK(line_of("a").ends_with(" client=192.0.2.1"));
  CHECK(line_of("b").ends_with(" client=127.0.0.1"));
  CHECK(contains(log, "connection from 127.0.0.1 closed"));
}

TEST_CASE("proxies: a path means the same to them and to the server", "[integration]") {
  const std::string base = GENERATE("", "/raffles");
  RunningServer server({"server.base_path=" + base});
  const auto status = [&](const std::string& path) {
    const Reply reply = server.get(base + path);
    if (reply.status == 404 && path.find("token") == std::string::npos) {
      CHECK(reply.code() == "not_found");
    }
    return reply.status;
  };
  CHECK(status("/healthz/") == 200);
  CHECK(status("/api/v1/campaigns/") == 401);
  CHECK(server.get(base + "/verify_subscriber/?token=x").code() == "invalid_token");
  for (const char* path : {"/healthz//",           "//healthz",
                           "/./healthz",           "/healthz/.",
                           "/x/../healthz",        "/%2e/healthz",
                           "/x/%2E%2e/healthz",    "/api%2Fv1%2Fcampaigns",
                           "/api%2fv1/campaigns",  "/api/v1%5Ccampaigns",
                           "/api/v1/campaigns%2F", "/api//v1/campaigns",
                           "/api/v1/./campaigns",  "/%2Fapi/v1/campaigns",
                           "/%61pi/v1/campaigns",  "/api/v1/campaigns/%73how",
                           "/healthz%2F",          "/healthz%5c",
                           "/api;x/v1/campaigns",  "/API/v1/campaigns"}) {
    CAPTURE(path);
    CHECK(status(path) == 404);
  }
  // A page's references, and its form's, go to the same place from where a slash ends its path.
  const Reply page = server.get(base + "/verify_subscriber/?token=x", {{"Accept", "text/html"}});
  CHECK(contains(page.text, "href=\"../assets/style-"));
}

TEST_CASE("proxies: a form posts to its place from a path that a slash ends", "[integration]") {
  SmtpServer smtp;
  RunningServer server({"mail.transport=smtp", "mail.smtp.host=127.0.0.1",
                        "mail.smtp.port=" + std::to_string(smtp.port()),
                        "mail.smtp.security=none"});
  server.create_campaign("open", {{"verification", "confirm"}});
  server.sign_up("open", "ana@example.org");
  REQUIRE(smtp.wait_for_messages(1, kSoon));
  std::string link = link_in(smtp.messages().front().data);
  const auto action = [&] {
    const std::string page = server.get(link, {{"Accept", "text/html"}}).text;
    const auto at = page.find("action=\"") + 8;
    return page.substr(at, page.find('"', at) - at);
  };
  CHECK(action() == "verify_subscriber");
  link.insert(link.find('?'), "/");
  CHECK(action() == "../verify_subscriber");
}

TEST_CASE("proxies: methods that are not HTTP's, not allowed, and OPTIONS for all",
          "[integration]") {
  RunningServer server;
  const auto ask = [&](const std::string& line) {
    return raw(server, line + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  };
  for (const char* line : {"BREW /healthz", "BREW /nothing", "BREW *", "BREW coffee", "BREW /%",
                           "get /healthz", "GETS /nothing", "VERIFY *x"}) {
    CAPTURE(line);
    CHECK(ask(line).starts_with("HTTP/1.1 501 "));
  }
  CHECK(raw(server, "BREW /x HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 501 "));
  CHECK(raw(server, "BREW /x HTTP/2.0\r\n\r\n").starts_with("HTTP/1.1 505 "));
  CHECK(ask("GET *").starts_with("HTTP/1.1 400 "));
  CHECK(ask("CONNECT a:443").starts_with("HTTP/1.1 501 "));
  for (const char* method : {"PUT", "DELETE", "TRACE", "PATCH", "PROPFIND", "LINK"}) {
    CAPTURE(method);
    const std::string answer = ask(method + std::string(" /healthz"));
    CHECK(answer.starts_with("HTTP/1.1 405 "));
    CHECK(contains(answer, "\r\nAllow: GET, HEAD, OPTIONS\r\n"));
    CHECK(ask(method + std::string(" /nothing")).starts_with("HTTP/1.1 404 "));
  }
  for (const char* target : {"*", "http://a"}) {
    const std::string answer = ask("OPTIONS " + std::string(target));
    CHECK(answer.starts_with("HTTP/1.1 204 "));
    CHECK(contains(answer, "\r\nAllow: "));
    CHECK(contains(answer, "GET, HEAD"));
  }
}

TEST_CASE("proxies: administrators may send larger bodies than everybody", "[integration]") {
  RunningServer server;
  const Json large = {{"slug", "large"}, {"x", std::string(900'000, 'x')}};
  const Json too_large = {{"x", std::string(1'100'000, 'x')}};
  CHECK(server.admin("POST", "/api/v1/campaigns", large).status == 422);
  CHECK(server.admin("POST", "/api/v1/campaigns", too_large).status == 413);
  CHECK(server.admin("POST", "/finish_campaign", large).status != 413);
  CHECK(server.post("/add_subscriber", {{"x", std::string(70'000, 'x')}}).status == 413);
  CHECK(server.admin("POST", "/add_subscriber", {{"x", std::string(70'000, 'x')}}).status == 413);
  CHECK(server.post("/nothing", {{"x", std::string(70'000, 'x')}}).status == 413);
}

TEST_CASE("proxies: answers say how long their connection is kept", "[integration]") {
  const auto head = [](const RunningServer& server, const std::string& fields) {
    auto client = test::Client::tcp(server.port());
    client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
    return client.answer();
  };
  CHECK(contains(head(RunningServer(), ""), "\r\nKeep-Alive: timeout=150\r\n"));
  const RunningServer server({"server.idle_timeout=7s"});
  CHECK(contains(head(server, ""), "\r\nConnection: keep-alive\r\nKeep-Alive: timeout=7\r\n"));
  CHECK_FALSE(contains(head(server, "Connection: close\r\n"), "Keep-Alive"));
}
