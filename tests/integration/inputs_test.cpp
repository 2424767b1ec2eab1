// What forms, links and clients send, as they are seen to send it.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "integration/running_server.h"
#include "support/catch.h"
#include "support/smtp_server.h"
#include "support/test_client.h"

using namespace promotions;

namespace {

std::vector<std::string> smtp_settings(const SmtpServer& smtp) {
  return {"mail.transport=smtp", "mail.smtp.host=127.0.0.1",
          "mail.smtp.port=" + std::to_string(smtp.port()), "mail.smtp.security=none",
          "mail.from=Raffles <raffles@example.org>"};
}

std::string part(const std::string& name, const std::string& value, const std::string& more = {}) {
  return "--xyz\r\nContent-Disposition: form-data; name=\"" + name + "\"" + more + "\r\n\r\n" +
         value + "\r\n";
}

// "FIELD code" of the first error.
std::string first_error(const Reply& reply) {
  if (!reply.body.is_object() || !reply.body.contains("errors")) return reply.text;
  const Json& error = reply.body.at("errors").at(0);
  return error.at("field").get<std::string>() + " " + error.at("code").get<std::string>();
}

std::string header(const Reply& reply, const std::string& name) {
  const auto found = reply.headers.find(name);
  return found == reply.headers.end() ? "" : found->second;
}

std::string percent_encoded(const std::string& text) {
  std::string encoded;
  for (const char c : text) {
    encoded += '%';
    const auto byte = static_cast<unsigned char>(c);
    encoded += "0123456789ABCDEF"[byte / 16];
    encoded += "0123456789ABCDEF"[byte % 16];
  }
  return encoded;
}

Json stored(const RunningServer& server, const std::string& email) {
  const Reply reply =
      server.admin("GET", "/api/v1/campaigns/open/subscribers?q=" + percent_encoded(email));
  CAPTURE(reply.text);
  REQUIRE(reply.body.at("items").size() == 1);
  return reply.body.at("items")[0];
}

}  // namespace

TEST_CASE("addresses are taken as phones paste them, and found as people read them",
          "[integration]") {
  RunningServer server;
  server.create_campaign("open");
  const auto sign_up = [&](const std::string& email) {
    return server.post("/add_subscriber", {{"campaign", "open"}, {"email", email}});
  };
  CHECK(sign_up(" eva@example.org").body.at("email") == "eva@example.org");
  for (const char* again : {"eva@example.org ", "\u200Beva@example.org", "eva@example.org\uFEFF",
                            "ev\u00ADa@exam\u00ADple.org", "\u3000eva@example.org\u00A0"}) {
    CHECK(sign_up(again).code() == "already_registered");
  }
  CHECK(sign_up("eva @example.org").code() == "invalid_email");
  CHECK(sign_up("ana@españa.example").body.at("email") == "ana@xn--espaa-rta.example");
  for (const char* typed : {"ana@españa.example", " ana@españa.example ", "ANA@ESPAÑA.EXAMPLE",
                            "espan\u0303a", "xn--espaa"}) {
    CHECK(stored(server, typed).at("email") == "ana@xn--espaa-rta.example");
  }
  const Reply page =
      server.post_form("/add_subscriber", "campaign=open&email=luis%40espa%C3%B1a.example",
                       {{"Accept", "text/html"}});
  CHECK(page.status == 202);
  CHECK(page.text.find("luis@españa.example") != std::string::npos);
}

TEST_CASE("a mailed link survives what is done to it on the way", "[integration]") {
  SmtpServer smtp;
  RunningServer server(smtp_settings(smtp));
  server.create_campaign("open");
  REQUIRE(server.sign_up("open", "ana@example.org").status == 202);
  REQUIRE(smtp.wait_for_messages(1, kSoon));
  const std::string link = link_in(smtp.messages().front().data);
  const std::string token = link.substr(link.find('=') + 1);
  const auto raw = [&](const std::string& query) {
    auto client = test::Client::tcp(server.port());
    client.send("GET /verify_subscriber?" + query + " HTTP/1.1\r\nHost: a\r\n\r\n");
    return client.answer();
  };
  CHECK(raw("token=" + token + "&utm_campaign=ni%F1o").find("\"verified\"") != std::string::npos);
  for (const std::string& query : std::vector<std::string>{
           "token=" + token + "&x=50%", "x=\xF1&token=" + token, "token=" + token + ".",
           "token=" + token + ")", "token=" + token + "%20", "token=3D" + token, "token%3D" + token,
           "token=token%3D" + token, "token=%3C" + token + "%3E", "token=" + token + "%C2%A0",
           "token=" + token.substr(0, 20) + "=%0D%0A" + token.substr(20),
           "token=x&token=" + token}) {
    CAPTURE(query);
    CHECK(raw(query).find("\"already_verified\"") != std::string::npos);
  }
  CHECK(raw("token=" + token + "A").find("invalid_token") != std::string::npos);
  CHECK(raw("token=%F1").find("invalid_token") != std::string::npos);
  CHECK(server.post_form("/verify_subscriber", "token=3D" + token + ".%0D%0A").body.at("status") ==
        "already_verified");
  CHECK(server.post("/verify_subscriber", {{"token", "<" + token + ">"}}).status == 200);
  // What is asked for must be well-formed.
  CHECK(server.get("/c/open/proof?ticket=%F1").code() == "malformed_request");
  CHECK(server.admin("GET", "/api/v1/campaigns/open/subscribers?limit=%F1").code() ==
        "malformed_request");
  CHECK(server.admin("GET", "/api/v1/campaigns/open/subscribers?limit=1&x=%F1").status == 200);
}

TEST_CASE("nobody is turned away for a language that is not spoken here", "[integration]") {
  RunningServer server;
  server.create_campaign("open", {{"locale", "es"}});
  int number = 0;
  const auto locale_of = [&](const Json& locale) {
    const std::string email = "p" + std::to_string(++number) + "@example.org";
    const Reply reply = server.post("/add_subscriber",
                                    {{"campaign", "open"}, {"email", email}, {"locale", locale}});
    CAPTURE(reply.text);
    CHECK(reply.status == 202);
    return stored(server, email).at("locale");
  };
  for (const char* english : {"en", "en_US", "EN-gb"}) CHECK(locale_of(english) == "en");
  for (const char* spanish : {"es-ES", "ES", "es-419"}) CHECK(locale_of(spanish) == "es");
  for (const Json& other :
       {Json("eu"), Json("zh-Hant"), Json(""), Json("?"), Json(nullptr), Json(7), Json::object()}) {
    CHECK(locale_of(other).is_null());
  }
  CHECK(server.admin("PATCH", "/api/v1/campaigns/open", {{"locale", "es-ES"}}).status == 422);
}

TEST_CASE("forms of every make are read, and what they say in vain is named", "[integration]") {
  RunningServer server;
  server.create_campaign("open");
  const std::string multipart = "multipart/form-data; boundary=xyz";
  Reply reply =
      server.post_raw("/add_subscriber",
                      part("campaign", "open") + part("email", "a@example.org") +
                          part("data[name]", "Jos\u00e9") + part("data.likes", "tea") +
                          part("data.likes", "rain") + part("nombre", "Z") + "--xyz--\r\n",
                      multipart);
  CHECK(reply.body == Json{{"status", "pending_verification"},
                           {"campaign", "open"},
                           {"email", "a@example.org"},
                           {"ignored", {"nombre"}}});
  CHECK(stored(server, "a@example.org").at("data") ==
        Json{{"name", "José"}, {"likes", {"tea", "rain"}}});
  reply = server.post_form("/add_subscriber",
                           "campaign=open&email=b@example.org&email=b@example.org&data[x][]=1");
  CHECK(reply.status == 202);
  CHECK_FALSE(reply.body.contains("ignored"));
  CHECK(stored(server, "b@example.org").at("data") == Json{{"x", {"1"}}});
  reply = server.post("/add_subscriber", {{"campaign", "open"},
                                          {"email", "c@example.org"},
                                          {"data", {{"x", {1, true, "y"}}}},
                                          {"b", nullptr},
                                          {"a", 1}});
  CHECK(reply.body.at("ignored") == Json{"a", "b"});

  CHECK(first_error(server.post_raw("/add_subscriber",
                                    part("photo", "x", "; filename=\"x.png\"") + "--xyz--",
                                    multipart)) == "photo file");
  CHECK(first_error(server.post_form("/add_subscriber",
                                     "campaign=open&email=d@example.org&email=e@example.org")) ==
        "email several_values");
  CHECK(first_error(server.post_form("/add_subscriber",
                                     "campaign=open&email=d@example.org&data[a][b]=1")) ==
        "data.a wrong_type");
  CHECK(first_error(server.post(
            "/add_subscriber",
            {{"campaign", "open"}, {"email", "d@example.org"}, {"data", {{"x", {1, {2}}}}}})) ==
        "data.x wrong_type");
  CHECK(first_error(server.post("/add_subscriber", {{"campaign", "open"},
                                                    {"email", "d@example.org"},
                                                    {"data", {{"x", std::string(4096, 'x')}}}})) ==
        "data out_of_range");
  CHECK(server.post_raw("/add_subscriber", part("campaign", "open"), multipart).code() ==
        "malformed_request");
  CHECK(server
            .post_raw("/add_subscriber",
                      R"({"campaign":"open","email":"d@example.org","email":"d@example.org"})",
                      "application/json")
            .code() == "malformed_request");
}

TEST_CASE("a body that is not taken is answered with what is", "[integration]") {
  RunningServer server;
  server.create_campaign("open");
  const std::string json = R"({"campaign":"open","email":"a@example.org"})";
  for (const char* type : {"text/plain", "application/json; charset=latin1", "application/xml"}) {
    const Reply reply = server.post_raw("/add_subscriber", json, type);
    CHECK(reply.status == 415);
    CHECK(header(reply, "Accept-Post") ==
          "application/json, application/x-www-form-urlencoded, multipart/form-data");
  }
  const Reply packed =
      server.post("/add_subscriber", Json::parse(json), {{"Content-Encoding", "gzip"}});
  CHECK(packed.status == 415);
  CHECK(packed.code() == "unsupported_media_type");
  CHECK(header(packed, "Accept-Encoding") == "identity");
  CHECK_FALSE(header(packed, "Accept-Post").empty());
  CHECK(server.post_raw("/add_subscriber", json, "application/json; charset=utf8").status == 202);
  const Reply admin = server.admin("PATCH", "/api/v1/campaigns/open", {{"winners", 2}},
                                   {{"Content-Encoding", "br"}});
  CHECK(admin.status == 415);
  CHECK(header(admin, "Accept-Patch") == "application/json, application/x-www-form-urlencoded");
}

TEST_CASE("campaigns take local times, by command too, and refuse what cannot be meant",
          "[integration]") {
  RunningServer server;
  const auto create = [&](const std::string& slug, const std::string& opens_at) {
    return server.command({"campaign", "create", slug, "--name", "N", "--admin-email",
                           " boss@example.org", "--time-zone", "Europe/Madrid", "--opens-at",
                           opens_at});
  };
  CHECK(create("local", "2026-12-01 10:00").status == 0);
  const Reply local = server.admin("GET", "/api/v1/campaigns/local");
  CHECK(local.body.at("opens_at") == "2026-12-01T09:00:00Z");
  CHECK(local.body.at("admin_email") == "boss@example.org");
  CHECK(create("gap", "2027-03-28 02:30").status == 2);
  const auto change = [&](const Json& changes) {
    return server.admin("PATCH", "/api/v1/campaigns/local", changes);
  };
  CHECK(first_error(change({{"opens_at", "2026-10-25T02:30"}})) == "opens_at repeated_time");
  CHECK(first_error(change({{"closes_at", "9999-12-31T23:59:59-23:59"}})) ==
        "closes_at out_of_range");
  CHECK(first_error(change({{"time_zone", "localtime"}})) == "time_zone out_of_range");
  CHECK(change({{"time_zone", "America/Bogota"}, {"opens_at", "2026-12-01 10:00"}})
            .body.at("opens_at") == "2026-12-01T15:00:00Z");
  CHECK(first_error(change({{"templates", {{"verification", {{"text", "{{nombre}}"}}}}}})) ==
        "templates.verification.text unknown_name");
}
