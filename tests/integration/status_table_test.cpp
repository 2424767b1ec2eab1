// The table of statuses, row by row, from outside.
#include "integration/running_server.h"
#include "promotions/render/assets.h"
#include "support/catch.h"
#include "support/smtp_server.h"
#include "support/test_client.h"

using namespace promotions;

namespace {

void check_problem(const Reply& reply, int status, const std::string& code) {
  CAPTURE(reply.text);
  CHECK(reply.status == status);
  CHECK(reply.code() == code);
  if (!reply.body.is_object()) return;
  CHECK(reply.body.at("status") == status);
  CHECK(reply.body.contains("title"));
  CHECK(reply.body.contains("detail"));
  const auto type = reply.headers.find("Content-Type");
  REQUIRE(type != reply.headers.end());
  CHECK(type->second == "application/problem+json");
  CHECK(reply.headers.count("X-Request-Id") == 1);
}

// Bytes as they are, for what no well-behaved client sends.
std::string raw(const RunningServer& server, const std::string& bytes) {
  auto client = test::Client::tcp(server.port());
  client.send(bytes);
  return client.answer();
}

}  // namespace

TEST_CASE("every row of the status table answers with its status and code", "[integration]") {
  RunningServer server({"server.max_body_bytes=2048"});
  server.create_campaign("open");
  server.create_campaign("later", {{"opens_at", "2999-01-01T00:00:00Z"}});
  server.create_campaign("over", {{"closes_at", "2001-01-01T00:00:00Z"}});

  SECTION("400 malformed_request") {
    for (const char* body : {"{", "[]", "{\"campaign\":\"\xff\"}", "nonsense"}) {
      CAPTURE(body);
      check_problem(server.post_raw("/add_subscriber", body, "application/json"), 400,
                    "malformed_request");
    }
    check_problem(server.post_form("/add_subscriber", "campaign=%zz"), 400, "malformed_request");
    check_problem(server.post_form("/add_subscriber", "email=%ff%fe"), 400, "malformed_request");
    const std::string answer = raw(server, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
    CHECK(answer.find("HTTP/1.1 400 ") == 0);
    CHECK(answer.find("malformed_request") != std::string::npos);
  }
  SECTION("401 unauthorized") {
    const Reply reply = server.get("/api/v1/campaigns");
    check_problem(reply, 401, "unauthorized");
    CHECK(reply.headers.find("WWW-Authenticate")->second ==
          "Basic realm=\"promotions\", charset=\"UTF-8\"");
    check_problem(server.get("/finish_campaign?campaign=open",
                             {httplib::make_basic_authentication_header("boss", "wrong")}),
                  401, "unauthorized");
  }
  SECTION("403 cross_site") {
    check_problem(server.admin("GET", "/finish_campaign?campaign=open", nullptr,
                               {{"Sec-Fetch-Site", "cross-site"}}),
                  403, "cross_site");
    check_problem(server.admin("DELETE", "/api/v1/campaigns/open", nullptr,
                               {{"Origin", "https://evil.example"}}),
                  403, "cross_site");
    // An image in a page elsewhere, as far as a browser says so without TLS.
    check_problem(server.admin("GET", "/finish_campaign?campaign=open", nullptr,
                               {{"Accept", "image/png"}, {"Referer", "http://evil.example/"}}),
                  403, "cross_site");
    check_problem(server.admin("DELETE", "/api/v1/campaigns/open", nullptr,
                               {{"Sec-Fetch-Site", "cross-site"}, {"Purpose", "prefetch"}}),
                  403, "cross_site");
    CHECK(server.admin("GET", "/api/v1/campaigns", nullptr, {{"Sec-Fetch-Site", "cross-site"}})
              .status == 200);
  }
  SECTION("404 not_found, campaign_not_found, invalid_token") {
    check_problem(server.get("/nothing"), 404, "not_found");
    check_problem(server.get("/control/v1/accounts"), 404, "not_found");
    check_problem(server.sign_up("nowhere", "ana@example.org"), 404, "campaign_not_found");
    check_problem(server.admin("GET", "/finish_campaign?campaign=nowhere"), 404,
                  "campaign_not_found");
    check_problem(server.get("/verify_subscriber?token=AAAA"), 404, "invalid_token");
    check_problem(server.get("/verify_subscriber"), 404, "invalid_token");
    check_problem(server.admin("GET", "/api/v1/jobs/999"), 404, "not_found");
  }
  SECTION("405 method_not_allowed") {
    const Reply reply = server.get("/add_subscriber");
    check_problem(reply, 405, "method_not_allowed");
    CHECK(reply.headers.find("Allow")->second == "POST, OPTIONS");
  }
  SECTION("409") {
    CHECK(server.sign_up("open", "ana@example.org").status == 202);
    check_problem(server.sign_up("open", "ANA@example.org"), 409, "already_registered");
    check_problem(server.sign_up("later", "ana@example.org"), 409, "campaign_not_open");
    check_problem(server.sign_up("over", "ana@example.org"), 409, "campaign_not_open");
    check_problem(server.admin("GET", "/finish_campaign?campaign=open"), 409,
                  "no_verified_subscribers");
    CHECK(server.admin("GET", "/api/v1/campaigns/open").body.at("state") == "open");
    check_problem(server.admin("POST", "/api/v1/campaigns",
                               {{"slug", "open"}, {"name", "x"}, {"admin_email", "a@example.org"}}),
                  409, "campaign_exists");
  }
  SECTION("413, 414, 415, 431") {
    check_problem(server.post_form("/add_subscriber", std::string(3000, 'a')), 413,
                  "body_too_large");
    check_problem(server.post("/add_subscriber", {{"a", std::string(3000, 'a')}}), 413,
                  "body_too_large");
    const std::string long_uri =
        raw(server, "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(long_uri.find("HTTP/1.1 414 ") == 0);
    CHECK(long_uri.find("uri_too_long") != std::string::npos);
    const std::string long_head =
        raw(server, "GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + std::string(17000, 'a') + "\r\n\r\n");
    CHECK(long_head.find("HTTP/1.1 431 ") == 0);
    CHECK(long_head.find("headers_too_large") != std::string::npos);
    check_problem(server.post_raw("/add_subscriber", "<x/>", "text/xml"), 415,
                  "unsupported_media_type");
  }
  SECTION("422 invalid_email") {
    for (const char* email :
         {"", "ana", "ana@example", "ana@@example.org", "\"a b\"@example.org", "ana@[127.0.0.1]",
          "ana@example.org\r\nRCPT TO:<eve@example.org>", "ñ@example.org", "ana @example.org"}) {
      CAPTURE(email);
      check_problem(server.sign_up("open", email), 422, "invalid_email");
    }
  }
  SECTION("422 invalid_field names the field") {
    const auto check_field = [&](const Json& settings, const std::string& field) {
      CAPTURE(field);
      Json body = {{"slug", "new"}, {"name", "New"}, {"admin_email", "a@example.org"}};
      body.update(settings);
      const Reply reply = server.admin("POST", "/api/v1/campaigns", body);
      check_problem(reply, 422, "invalid_field");
      REQUIRE(reply.body.contains("errors"));
      CHECK(reply.body.at("errors")[0].at("field") == field);
    };
    check_field({{"colour", "red"}}, "colour");
    check_field({{"slug", "Not A Slug"}}, "slug");
    check_field({{"name", 7}}, "name");
    check_field({{"admin_email", "nobody"}}, "admin_email");
    check_field({{"winners", 0}}, "winners");
    check_field({{"winners", "two"}}, "winners");
    check_field({{"winners", 18446744073709551615U}}, "winners");
    check_field({{"alternates", -1}}, "alternates");
    check_field({{"locale", "eu"}}, "locale");
    check_field({{"time_zone", "Mars/Olympus"}}, "time_zone");
    check_field({{"opens_at", "tomorrow"}}, "opens_at");
    check_field({{"verification", "maybe"}}, "verification");
    check_field({{"duplicates", "both"}}, "duplicates");
    check_field({{"token_ttl", "0s"}}, "token_ttl");
    check_field({{"state", "open"}}, "state");
    check_field({{"templates", {{"verification", {{"html", "{{#open}}"}}}}}},
                "templates.verification.html");
    check_problem(server.post("/add_subscriber", Json::object()), 422, "invalid_field");
    check_problem(server.post("/add_subscriber", {{"campaign", "open"},
                                                  {"email", "ana@example.org"},
                                                  {"data", {{"a", {{"b", 1}}}}}}),
                  422, "invalid_field");
    CHECK(server.admin("GET", "/api/v1/campaigns/new").status == 404);
  }
}

TEST_CASE("limits answer 429 with Retry-After", "[integration]") {
  RunningServer server({"limits.sign_ups_per_minute=2", "limits.failed_logins_per_minute=2"});
  server.create_campaign("open");
  CHECK(server.sign_up("open", "a@example.org").status == 202);
  CHECK(server.sign_up("open", "b@example.org").status == 202);
  const Reply limited = server.sign_up("open", "c@example.org");
  check_problem(limited, 429, "rate_limited");
  CHECK(limited.headers.count("Retry-After") == 1);
  CHECK(server.admin("GET", "/api/v1/campaigns/open").body.at("subscribers").at("pending") == 2);

  const httplib::Headers wrong{httplib::make_basic_authentication_header("boss", "wrong")};
  CHECK(server.get("/api/v1/campaigns", wrong).status == 401);
  CHECK(server.get("/api/v1/campaigns", wrong).status == 401);
  const Reply locked = server.get("/api/v1/campaigns", wrong);
  check_problem(locked, 429, "rate_limited");
  CHECK(locked.headers.count("Retry-After") == 1);
}

TEST_CASE("a client behind a proxy cannot evade its limit by fields of its own", "[integration]") {
  RunningServer server({"limits.sign_ups_per_minute=2", "server.trusted_proxies=127.0.0.1/32"});
  server.create_campaign("open");
  const auto status = [&](int number, const std::string& client) {
    const std::string body = "campaign=open&email=a" + std::to_string(number) + "%40example.org";
    // The first field is the client's, the second the proxy's.
    return raw(server, "POST /add_subscriber HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2." +
                           std::to_string(number) + "\r\nX-Forwarded-For: " + client +
                           "\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
                           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body)
        .substr(9, 3);
  };
  CHECK(status(1, "198.51.100.1") == "202");
  CHECK(status(2, "198.51.100.1") == "202");
  CHECK(status(3, "198.51.100.1") == "429");
  CHECK(status(4, "198.51.100.2") == "202");
}

TEST_CASE("HEAD and prefetched requests change nothing", "[integration]") {
  SmtpServer smtp;
  RunningServer server({"mail.transport=smtp", "mail.smtp.host=127.0.0.1",
                        "mail.smtp.port=" + std::to_string(smtp.port()),
                        "mail.smtp.security=none"});
  server.create_campaign("open");
  server.sign_up("open", "ana@example.org");
  REQUIRE(smtp.wait_for_messages(1, kSoon));
  const std::string link = link_in(smtp.messages().front().data);
  CHECK(server.head(link).status == 200);
  CHECK(server.get(link, {{"Sec-Purpose", "prefetch"}}).body.at("status") ==
        "confirmation_required");
  CHECK(server.admin("GET", "/api/v1/campaigns/open").body.at("subscribers").at("verified") == 0);
  CHECK(server.get(link).body.at("status") == "verified");
}

TEST_CASE("browsers get pages in the campaign's language, with the same status", "[integration]") {
  RunningServer server;
  server.create_campaign("en", {{"locale", "en"}});
  server.create_campaign("es");
  const httplib::Headers browser{{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}};
  const Reply english =
      server.post_form("/add_subscriber", "campaign=en&email=a%40example.org", browser);
  CHECK(english.status == 202);
  CHECK(english.text.find("<html lang=\"en\"") != std::string::npos);
  CHECK(english.headers.find("Content-Security-Policy") != english.headers.end());
  const Reply spanish =
      server.post_form("/add_subscriber", "campaign=es&email=a%40example.org", browser);
  CHECK(spanish.text.find("<html lang=\"es\"") != std::string::npos);
  const Reply invalid = server.get("/verify_subscriber?token=x", browser);
  CHECK(invalid.status == 404);
  CHECK(invalid.text.find("<html") != std::string::npos);
  CHECK(server.get(page_asset("style").path).status == 200);
}
