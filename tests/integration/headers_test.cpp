// The headers that protect whoever gets an answer, on every kind of answer.
#include "integration/running_server.h"
#include "promotions/base/encoding.h"
#include "promotions/render/assets.h"
#include "support/catch.h"
#include "support/test_client.h"

using namespace promotions;

namespace {

const httplib::Headers kBrowser{{"Accept", "text/html"}};

std::string value(const Reply& reply, const std::string& name) {
  const auto found = reply.headers.find(name);
  return found == reply.headers.end() ? "" : found->second;
}

void check_common(const Reply& reply) {
  CHECK(value(reply, "X-Content-Type-Options") == "nosniff");
  CHECK(value(reply, "Referrer-Policy") == "no-referrer");
  CHECK(value(reply, "Cross-Origin-Resource-Policy") == "same-origin");
  CHECK(value(reply, "Server").empty());
  CHECK(reply.headers.count("Cache-Control") == 1);
}

void check_page(const Reply& reply) {
  check_common(reply);
  CHECK(value(reply, "Content-Type") == "text/html; charset=utf-8");
  CHECK(value(reply, "Cache-Control") == "no-store");
  CHECK(value(reply, "X-Frame-Options") == "DENY");
  CHECK(value(reply, "Cross-Origin-Opener-Policy") == "same-origin");
  const std::string policy = value(reply, "Content-Security-Policy");
  CHECK(policy.find("default-src 'none'") != std::string::npos);
  CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
  CHECK(policy.find("form-action 'self'") != std::string::npos);
  CHECK(policy.find("unsafe") == std::string::npos);
  for (const char* inline_code : {"<script>", "<style", " style=", " onclick=", " onload=",
                                  "javascript:", " src=\"http", " href=\"http", " action=\"http"}) {
    CAPTURE(inline_code);
    CHECK(reply.text.find(inline_code) == std::string::npos);
  }
}

}  // namespace

TEST_CASE("headers: every kind of answer is protected", "[integration]") {
  RunningServer server;
  server.create_campaign("open");
  const std::vector<std::pair<int, Reply>> answers{
      {202, server.sign_up("open", "ana@example.org")},
      {409, server.sign_up("open", "ana@example.org")},
      {200, server.admin("GET", "/api/v1/campaigns")},
      {401, server.get("/api/v1/campaigns")},
      {404, server.get("/nothing")},
      {405, server.get("/add_subscriber")},
      {415, server.post_raw("/add_subscriber", "<x/>", "text/xml")},
      {404, server.head("/verify_subscriber?token=x")},
      {200, server.get("/healthz")},
      {204, server.admin("DELETE", "/api/v1/campaigns/open/subscribers/1")},
      {204, server.admin("OPTIONS", "/add_subscriber")},
  };
  for (const auto& [status, reply] : answers) {
    CAPTURE(status, reply.text);
    CHECK(reply.status == status);
    check_common(reply);
    CHECK(value(reply, "Cache-Control") == "no-store");
  }
  const Reply asset = server.get(page_asset("style").path);
  CHECK(asset.status == 200);
  check_common(asset);
  CHECK(value(asset, "Cache-Control") == "public, max-age=31536000, immutable");
}

TEST_CASE("headers: what the front refuses is protected, too", "[integration]") {
  const RunningServer server;
  for (const char* request : {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "nonsense\r\n\r\n"}) {
    auto client = test::Client::tcp(server.port());
    client.send(request);
    const std::string answer = to_lower_ascii(client.answer());
    CAPTURE(answer);
    CHECK(answer.find("http/1.1 400 ") == 0);
    for (const char* header :
         {"x-content-type-options: nosniff", "referrer-policy: no-referrer",
          "cross-origin-resource-policy: same-origin", "cache-control: no-store"}) {
      CAPTURE(header);
      CHECK(answer.find(header) != std::string::npos);
    }
    CHECK(answer.find("\r\nserver:") == std::string::npos);
  }
}

TEST_CASE("headers: every page is protected and holds no inline style or script", "[integration]") {
  RunningServer server;
  server.create_campaign("es");
  server.create_campaign("en", {{"locale", "en"}, {"verification", "confirm"}});
  server.create_campaign("over", {{"closes_at", "2001-01-01T00:00:00Z"}});
  const auto post = [&](const std::string& campaign, const std::string& email) {
    return server.post_form("/add_subscriber", "campaign=" + campaign + "&email=" + email,
                            kBrowser);
  };
  for (const char* campaign : {"es", "en"}) {
    check_page(post(campaign, "ana%40example.org"));
    check_page(post(campaign, "ana%40example.org"));  // registered already
    check_page(post(campaign, "nobody"));
  }
  check_page(post("over", "ana%40example.org"));
  check_page(post("nowhere", "ana%40example.org"));
  check_page(server.get("/verify_subscriber?token=x", kBrowser));
  check_page(server.get("/finish_campaign?campaign=es", kBrowser));  // no credentials
  httplib::Headers admin = kBrowser;
  check_page(server.admin("GET", "/finish_campaign?campaign=es", nullptr, admin));
}
