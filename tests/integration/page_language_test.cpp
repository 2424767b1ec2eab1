// In which language pages are: the subscriber's, else what `lang` or the browser asks for, else the
// campaign's.
#include "integration/running_server.h"
#include "promotions/domain/locale.h"
#include "support/catch.h"

using namespace promotions;

namespace {

// A browser that prefers the other language throughout.
httplib::Headers browser(const std::string& prefers) {
  return {{"Accept", "text/html"}, {"Accept-Language", prefers}};
}

std::string language_of(const Reply& reply) {
  const std::string mark = "<html lang=\"";
  const auto at = reply.text.find(mark);
  return at == std::string::npos ? "no page: " + reply.text
                                 : reply.text.substr(at + mark.size(), 2);
}

std::string form(const std::string& email, const std::string& locale, const char* slug = "demo") {
  return std::string("campaign=") + slug + "&email=" + email +
         (locale.empty() ? "" : "&locale=" + locale);
}

}  // namespace

TEST_CASE("pages: whoever signed up in a language reads all of theirs in it", "[integration]") {
  const std::string theirs = GENERATE("en", "es");
  const std::string other = theirs == "en" ? "es" : "en";
  const RunningServer server;
  server.create_campaign("demo", {{"locale", other}, {"verification", "confirm"}});
  const httplib::Headers headers = browser(other);
  const auto sign_up = [&](const std::string& email) {
    return server.post_form("/add_subscriber", form(email, theirs + "-MX"), headers);
  };
  const auto check = [&](const Reply& reply, int status) {
    CAPTURE(reply.text);
    CHECK(reply.status == status);
    CHECK(language_of(reply) == theirs);
  };
  check(sign_up("ana@example.org"), 202);
  check(sign_up("ana@example.org"), 409);  // with the time of the mail, and the wait
  check(sign_up("nobody"), 422);
  check(sign_up("eva@example.org"), 202);
  const auto links = server.wait_for_links(2);
  const std::string& link = links.at(0);
  const std::string& late = links.at(1);
  const std::string token = link.substr(link.find("token="));
  check(server.get(link, headers), 200);  // the button
  check(server.post_form("/verify_subscriber", token, headers), 200);
  check(server.get(link, headers), 200);  // already
  // What is wrong about a link is said in the language of its owner, too.
  server.admin("PATCH", "/api/v1/campaigns/demo", {{"exclusions", {"example.org"}}});
  check(server.get(link, headers), 422);
  server.admin("PATCH", "/api/v1/campaigns/demo", {{"exclusions", Json::array()}});
  REQUIRE(server.admin("POST", "/finish_campaign?campaign=demo").status == 200);
  check(server.get(late, headers), 409);
  check(sign_up("zoe@example.org"), 409);
}

TEST_CASE("pages: who signs up in no language reads what the browser asks for, or the campaign's",
          "[integration]") {
  const std::string campaigns = GENERATE("en", "es");
  const std::string other = campaigns == "en" ? "es" : "en";
  const RunningServer server;
  server.create_campaign("demo", {{"locale", campaigns}});
  server.create_campaign("empty", {{"locale", campaigns}});
  const auto sign_up = [&](const std::string& email, const std::string& locale,
                           const std::string& prefers) {
    return language_of(server.post_form("/add_subscriber", form(email, locale), browser(prefers)));
  };
  CHECK(sign_up("ana@example.org", "", "eu") == campaigns);    // Basque is not spoken here
  CHECK(sign_up("eva@example.org", "xx", "eu") == campaigns);  // nor is that
  CHECK(sign_up("luz@example.org", "", other) == other);
  const auto check = [&](const std::string& path) {
    CAPTURE(path);
    CHECK(language_of(server.get(path, browser("eu"))) == campaigns);
    CHECK(language_of(server.get(path, browser(other))) == other);
    const std::string asked = path + (path.find('?') == std::string::npos ? "?" : "&") + "lang=fr";
    CHECK(language_of(server.get(asked, browser(other))) == "fr");
  };
  for (const std::string& link : server.wait_for_links(3)) check(link);
  check("/c/demo/draw");
  check("/c/demo/proof?ticket=1");
  const auto finish = [&](const std::string& prefers) {
    return language_of(
        server.admin("POST", "/finish_campaign?campaign=empty", nullptr, browser(prefers)));
  };
  CHECK(finish("eu") == campaigns);  // nobody to draw
  CHECK(finish(other) == other);
}

TEST_CASE("pages: where nobody is known the browser says, and else it is the default",
          "[integration]") {
  const RunningServer server;
  for (const char* prefers : {"en", "es"}) {
    const httplib::Headers headers = browser(prefers);
    CHECK(language_of(server.get("/", headers)) == prefers);
    CHECK(language_of(server.get("/nowhere", headers)) == prefers);
    CHECK(language_of(server.get("/verify_subscriber?token=x", headers)) == prefers);
    CHECK(language_of(server.get("/claim?token=x", headers)) == prefers);
    CHECK(language_of(server.post_form("/add_subscriber", form("a@example.org", "", "none"),
                                       headers)) == prefers);
    // The form knows more than the browser.
    const std::string other = std::string(prefers) == "en" ? "es" : "en";
    CHECK(language_of(server.post_form("/add_subscriber", form("a@example.org", other, "none"),
                                       headers)) == other);
  }
  CHECK(language_of(server.get("/verify_subscriber?token=x", {{"Accept", "text/html"}})) == "es");
}

TEST_CASE("pages: `lang` in the query is asked before the browser, and each language is spoken",
          "[integration]") {
  const RunningServer server;
  for (const Locale locale : locales()) {
    const std::string tag(locale.tag());
    CHECK(language_of(server.get("/", browser(tag))) == tag);
    CHECK(language_of(server.get("/?lang=" + tag, browser("en"))) == tag);
    CHECK(language_of(server.get("/nowhere?lang=" + tag + "-XX", browser("en"))) == tag);
  }
  for (const char* none :
       {"/?lang=eu", "/?lang=", "/?lang", "/?lang=%FF", "/?lang=%zz", "/?lan=es"}) {
    CAPTURE(none);
    CHECK(language_of(server.get(none, browser("en"))) == "en");
  }
}

TEST_CASE("campaigns: each of our languages can be theirs, and a sign-up's", "[integration]") {
  const RunningServer server;
  for (const Locale locale : locales()) {
    const std::string tag(locale.tag());
    server.create_campaign("in-" + tag, {{"locale", tag}});
    const Reply draw = server.get("/c/in-" + tag + "/draw", browser("eu"));
    CHECK(language_of(draw) == tag);
    const Reply other = server.post_form(
        "/add_subscriber",
        form(tag + "@example.org", tag == "en" ? "ca" : "en", ("in-" + tag).c_str()), browser(tag));
    CHECK(other.status == 202);
    CHECK(language_of(other) == (tag == "en" ? "ca" : "en"));
  }
}
