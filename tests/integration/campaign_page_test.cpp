// The page of a campaign, by its state; the form on it, and what becomes of a form that is wrong.
#include "integration/running_server.h"
#include "support/catch.h"

using namespace promotions;

namespace {

const httplib::Headers kBrowser{{"Accept", "text/html,application/xhtml+xml"},
                                {"Accept-Language", "en"}};

bool has(const Reply& reply, const std::string& part) {
  return reply.text.find(part) != std::string::npos;
}

std::string policy(const Reply& reply) {
  const auto found = reply.headers.find("Content-Security-Policy");
  return found == reply.headers.end() ? "" : found->second;
}

bool frames_only(const Reply& reply, const std::string& who) {
  const bool has_old_header = reply.headers.count("X-Frame-Options") > 0;
  return policy(reply).ends_with("; frame-ancestors " + who) && !has_old_header;
}

Json with_fields() {
  return {{"name", "Autumn raffle"},
          {"description", "Come one, come all"},
          {"locale", "en"},
          {"organizer", "The Elms school"},
          {"contact_email", "elms@example.org"},
          {"privacy_url", "https://example.org/privacy"},
          {"prizes", {{{"name", "Hamper"}, {"count", 2}, {"value", "80 €"}}}},
          {"minimum_age", 16},
          {"fields",
           {{{"name", "size"},
             {"type", "select"},
             {"label", "Size of shirt"},
             {"options", {"S", "M"}},
             {"required", true}},
            {{"name", "news"},
             {"type", "consent"},
             {"text", "Send me the [news](https://example.org/news)"}}}}};
}

}  // namespace

TEST_CASE("campaign page: says what it is in each of its states", "[integration]") {
  RunningServer server;
  server.create_campaign("autumn", with_fields());
  const Reply open = server.get("/c/autumn", kBrowser);
  CHECK(open.status == 200);
  for (const char* part :
       {"<h1>Autumn raffle</h1>", "Hamper", "80 €", "<p class=\"written\">Come one, come all</p>",
        "Open now", "The Elms school", "mailto:elms@example.org", "https://example.org/privacy",
        "<option value=\"M\">M</option>", "Send me the <a href=\"https://example.org/news\"",
        "I am at least 16 years old", "<meta property=\"og:title\" content=\"Autumn raffle\">"}) {
    CAPTURE(part);
    CHECK(has(open, part));
  }
  server.create_campaign("later", {{"opens_at", "2099-01-01T00:00:00Z"}});
  const Reply later = server.get("/c/later", kBrowser);
  CHECK(has(later, "Sign-up opens on <strong>1 January 2099"));
  CHECK_FALSE(has(later, "<form"));
  server.create_campaign("past", {{"closes_at", "2020-01-01T00:00:00Z"}});
  const Reply past = server.get("/c/past", kBrowser);
  CHECK(has(past, "Sign-up has ended. The draw has not been made yet."));
  CHECK_FALSE(has(past, "<form"));
}

TEST_CASE("campaign page: who has won, once it is drawn", "[integration]") {
  RunningServer server;
  server.create_campaign("autumn", {{"prizes", {{{"name", "Hamper"}, {"count", 1}}}}});
  server.sign_up("autumn", "ana@example.org");
  server.get(server.wait_for_links(1).at(0));
  REQUIRE(server.admin("POST", "/finish_campaign?campaign=autumn").status == 200);
  const Reply page = server.get("/c/autumn", kBrowser);
  CHECK(has(page, "The winners have been drawn."));
  CHECK(has(page, "Hamper"));
  CHECK(has(page, "Ticket 1"));
  CHECK(has(page, "a•••@e•••.org"));
  CHECK_FALSE(has(page, "ana@example.org"));
  CHECK(has(page, "c/autumn/draw"));
}

TEST_CASE("campaign page: programs get what /c/SLUG.json says", "[integration]") {
  RunningServer server;
  server.create_campaign("autumn");
  const Reply json = server.get("/c/autumn", {{"Accept", "application/json"}});
  CHECK(json.status == 200);
  CHECK(json.body == server.get("/c/autumn.json").body);
  // The file is JSON for everybody.
  CHECK(server.get("/c/autumn.json", kBrowser).body == json.body);
  CHECK(server.get("/c/nowhere", kBrowser).status == 404);
}

TEST_CASE("sign-up form: a refused one comes back with what was typed and what is wrong",
          "[integration]") {
  RunningServer server;
  server.create_campaign("autumn", with_fields());
  const Reply refused = server.post_form(
      "/add_subscriber", "campaign=autumn&email=not-an-address&data.size=M&locale=en", kBrowser);
  CHECK(refused.status == 422);
  for (const char* part :
       {"value=\"not-an-address\"", "<option value=\"M\" selected>", "role=\"alert\"",
        "<a href=\"#field-email\">Your email address: Write the whole address",
        "aria-invalid=\"true\"", "aria-describedby=\"field-email-fault\"",
        "id=\"field-email-fault\""}) {
    CAPTURE(part);
    CHECK(has(refused, part));
  }
}

TEST_CASE("sign-up form: what a robot fills in looks like a success, and is stored nowhere",
          "[integration]") {
  RunningServer server;
  server.create_campaign("autumn", {{"locale", "en"}});
  const std::string form = "campaign=autumn&email=robot%40example.org&second_remarks=Buy";
  const Reply page = server.post_form("/add_subscriber", form, kBrowser);
  CHECK(page.status == 202);
  CHECK(has(page, "Check your mailbox"));
  const Reply json = server.post_form("/add_subscriber", form);
  CHECK(json.body == Json{{"status", "pending_verification"},
                          {"campaign", "autumn"},
                          {"email", "robot@example.org"}});
  CHECK(server.admin("GET", "/api/v1/campaigns/autumn").body.at("subscribers").at("pending") == 0);
  CHECK(server.wait_for_output("trapped"));
  // People leave it empty.
  CHECK(server
            .post_form("/add_subscriber",
                       "campaign=autumn&email=ana%40example.org&second_remarks=", kBrowser)
            .status == 202);
  CHECK(server.admin("GET", "/api/v1/campaigns/autumn").body.at("subscribers").at("pending") == 1);
}

TEST_CASE("embedded form: every answer to it may stand in the frames of the listed origins alone",
          "[integration]") {
  RunningServer server({"server.max_body_bytes=2048", "limits.sign_ups_per_minute=2"});
  Json settings{{"locale", "en"}, {"embed_origins", {"https://www.example.org"}}};
  server.create_campaign("autumn", settings);
  const std::string who = "https://www.example.org";
  const Reply frame = server.get("/c/autumn/embed", kBrowser);
  CHECK(frame.status == 200);
  CHECK(frames_only(frame, who));
  CHECK(has(frame, "<body class=\"embed\" data-parents=\"https://www.example.org\">"));
  CHECK(has(frame, "action=\"../../add_subscriber?embed=autumn\""));
  CHECK(has(frame, "<input type=\"hidden\" name=\"embed\" value=\"1\">"));
  const auto post = [&](const std::string& path, const std::string& form) {
    return server.post_form(path, form + "&campaign=autumn&embed=1", kBrowser);
  };
  const std::string action = "/add_subscriber?embed=autumn";
  const auto check = [&](const Reply& reply, int status) {
    CAPTURE(reply.text);
    CHECK(reply.status == status);
    CHECK(frames_only(reply, who));
    CHECK(has(reply, "<body class=\"embed\""));
  };
  check(post("/add_subscriber", "email=ana%40example.org"), 202);
  check(post(action, "email=nobody"), 422);
  check(post(action, "email=ana%40example.org"), 409);
  check(post(action, "email=eva%40example.org"), 429);
  check(post(action, "email=" + std::string(3000, 'a')), 413);
  check(post(action, "%ff=%ff"), 400);
  // Without the mark nothing of it may be framed.
  CHECK(policy(server.get("/c/autumn", kBrowser)).ends_with("frame-ancestors 'none'"));
  CHECK(server.get("/c/autumn", kBrowser).headers.count("X-Frame-Options") == 1);
}

TEST_CASE("embedded form: without a listed origin nobody may frame it", "[integration]") {
  RunningServer server;
  server.create_campaign("autumn");
  CHECK(frames_only(server.get("/c/autumn/embed", kBrowser), "'none'"));
}
