#include "http/site_policy.h"

#include <string>
#include <vector>

#include "support/catch.h"

using namespace promotions;

namespace {

bool lets_in(const SitePolicy& policy, std::vector<HeaderField> fields) {
  FramedRequest framed;
  framed.method = "POST";
  framed.target = "/finish_campaign";
  framed.fields = std::move(fields);
  const auto problem = policy.check(Request(framed, ""));
  if (problem) CHECK(problem->code == ProblemCode::cross_site);
  return !problem;
}

}  // namespace

TEST_CASE("site: a browser's request from another site is refused", "[http]") {
  const SitePolicy policy("https://raffles.example.org/promo");
  const std::string host = "raffles.example.org";
  struct Case {
    bool passes;
    std::vector<HeaderField> fields;
  };
  const Case cases[] = {
      {true, {}},  // not a browser
      {true, {{"Sec-Fetch-Site", "same-origin"}}},
      {true, {{"Sec-Fetch-Site", "none"}}},
      {false, {{"Sec-Fetch-Site", "cross-site"}}},
      {false, {{"Sec-Fetch-Site", "same-site"}}},  // another port or a neighbour's subdomain
      {false, {{"Sec-Fetch-Site", "something new"}}},
      // It is believed before Origin: the browser compares, knowing more than we do.
      {true, {{"Sec-Fetch-Site", "same-origin"}, {"Origin", "http://localhost:1"}}},
      {false, {{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://raffles.example.org"}}},

      {true, {{"Origin", "https://raffles.example.org"}}},
      {true, {{"Origin", "https://raffles.example.org"}, {"Host", "127.0.0.1:8080"}}},
      {false, {{"Origin", "null"}}},
      {false, {{"Origin", "null"}, {"Host", "null"}}},
      {false, {{"Origin", "http://raffles.example.org"}}},
      {false, {{"Origin", "http://raffles.example.org"}, {"Host", host}}},
      {false, {{"Origin", "https://raffles.example.org:8443"}, {"Host", host}}},
      {false, {{"Origin", "https://raffles.example.org.evil"}, {"Host", host}}},
      {false, {{"Origin", "https://evil.raffles.example.org"}, {"Host", host}}},
      {false, {{"Origin", "https://raffles.example.org@evil"}, {"Host", host}}},
      {false, {{"Origin", "https://raffles.example.org/"}, {"Host", host}}},
      {false, {{"Origin", "raffles.example.org"}, {"Host", host}}},
      {false, {{"Origin", "https://"}, {"Host", ""}}},
      {false, {{"Origin", "://"}}},
      // By the name under which the browser knows us, if the public URL is not set right.
      {true, {{"Origin", "http://192.168.1.5:8080"}, {"Host", "192.168.1.5:8080"}}},
      {false, {{"Origin", "http://192.168.1.5:8081"}, {"Host", "192.168.1.5:8080"}}},
      {false, {{"Origin", "extension://192.168.1.5"}, {"Host", "192.168.1.5"}}},
      {false, {{"Origin", "https://evil.example"}, {"Host", "127.0.0.1:8080"}}},
      // What somebody else may have put there is not asked.
      {false,
       {{"Origin", "https://evil.example"}, {"Host", host}, {"X-Forwarded-Host", "evil.example"}}},

      // Neither, as for an image or a link when we are served without TLS.
      {false, {{"Referer", "https://evil.example/page"}, {"Host", host}}},
      {false, {{"Referer", "https://raffles.example.org.evil/"}, {"Host", host}}},
      {true, {{"Referer", "https://raffles.example.org/promo/page"}, {"Host", host}}},
      {true, {{"Referer", "http://192.168.1.5:8080/x"}, {"Host", "192.168.1.5:8080"}}},
  };
  for (const Case& each : cases) {
    std::string shown;
    for (const HeaderField& field : each.fields) shown += field.name + ": " + field.value + "\n";
    CAPTURE(shown);
    CHECK(lets_in(policy, each.fields) == each.passes);
  }
}

TEST_CASE("site: the public URL is compared as browsers write origins", "[http]") {
  CHECK(lets_in(SitePolicy("https://Raffles.Example.org:443/x"),
                {{"Origin", "https://raffles.example.org"}}));
  CHECK(lets_in(SitePolicy("http://raffles.example.org:80"),
                {{"Origin", "http://raffles.example.org"}}));
  CHECK(lets_in(SitePolicy("http://localhost:8080"), {{"Origin", "http://localhost:8080"}}));
  CHECK_FALSE(lets_in(SitePolicy("http://localhost:8080"), {{"Origin", "http://localhost"}}));
  CHECK_FALSE(lets_in(SitePolicy("http://localhost:8080"), {{"Origin", "http://localhost:80"}}));
}
