#include "http/gate.h"

#include <sodium.h>

#include <string>
#include <vector>

#include "promotions/base/encoding.h"
#include "support/catch.h"
#include "support/event.h"
#include "support/manual_clock.h"
#include "support/temp_folder.h"

using namespace promotions;

namespace {

struct Entrance {
  explicit Entrance(const std::string& public_url = "https://raffles.example.org/promo")
      : gate(accounts, public_url) {}

  bool lets_in(std::vector<HeaderField> fields) const {
    FramedRequest framed;
    framed.method = "POST";
    framed.target = "/finish_campaign";
    framed.fields = std::move(fields);
    const Request request(framed, "");
    const auto problem = gate.check_site(request);
    if (problem) CHECK(problem->code == ProblemCode::cross_site);
    return !problem;
  }

  // The code of the problem; empty if the credentials are right.
  std::string code_for(const std::string& authorization) {
    FramedRequest framed;
    framed.method = "GET";
    framed.target = "/";
    framed.fields = {{"Authorization", authorization}};
    Request request(framed, "");
    request.client_address = "192.0.2.1";
    const auto problem = wait_for<std::optional<Problem>>(
        [&](auto done) { gate.check_credentials(request, std::move(done)); });
    return problem ? std::string(to_text(problem->code)) : std::string();
  }

  TempFolder folder;
  ManualClock clock;
  SystemRandom random;
  Storage storage{StorageOptions{.path = folder.file("promotions.db")}};
  AccountManager accounts{storage, clock, random, {.failed_logins_per_minute = 0}};
  Gate gate;
};

std::string base64(std::string_view text) {
  std::string encoded(sodium_base64_encoded_len(text.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(encoded.data(), encoded.size(),
                    reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  encoded.pop_back();
  return encoded;
}

}  // namespace

TEST_CASE("gate: a browser's request from another site is refused", "[http]") {
  const Entrance entrance;
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
    CHECK(entrance.lets_in(each.fields) == each.passes);
  }
}

TEST_CASE("gate: the public URL is compared as browsers write origins", "[http]") {
  CHECK(Entrance("https://Raffles.Example.org:443/x")
            .lets_in({{"Origin", "https://raffles.example.org"}}));
  CHECK(Entrance("http://raffles.example.org:80")
            .lets_in({{"Origin", "http://raffles.example.org"}}));
  CHECK(Entrance("http://localhost:8080").lets_in({{"Origin", "http://localhost:8080"}}));
  CHECK_FALSE(Entrance("http://localhost:8080").lets_in({{"Origin", "http://localhost"}}));
  CHECK_FALSE(Entrance("http://localhost:8080").lets_in({{"Origin", "http://localhost:80"}}));
}

TEST_CASE("gate: only well-formed Basic credentials are looked at", "[http]") {
  Entrance entrance;
  entrance.accounts.add("ana", "a:b ñandúes");
  for (const std::string& header :
       {"Basic " + base64("ana:a:b ñandúes"), "basic  " + base64("ana:a:b ñandúes"),
        "BASIC " + base64("ana:a:b ñandúes")}) {
    CAPTURE(header);
    CHECK(entrance.code_for(header).empty());
  }
  const std::int64_t before = entrance.accounts.computations();
  for (const std::string& header : {
           std::string(),
           std::string("Basic"),
           std::string("Basic "),
           std::string("Basic :"),
           std::string("Basic ===="),
           "Basic " + base64("ana"),                    // no colon
           "Basic " + base64("ana:a:b ñandúes") + "!",  // not base64
           "Basic " + base64("ana:a:b ñandúes") + " x",
           "Basic " + base64("ana:\xff\xfe"),  // not UTF-8
           "Basic " + base64(std::string("ana:a:b ñandúes\0", 18)),
           "Basic " + base64(std::string("ana\0:a:b ñandúes", 18)),
           "Basic " + base64("ana:a:b ñandúes\n"),
           "Basic" + base64("ana:a:b ñandúes"),
           "Bearer " + base64("ana:a:b ñandúes"),
           std::string("Digest username=\"ana\""),
       }) {
    CAPTURE(header);
    CHECK(entrance.code_for(header) == "unauthorized");
  }
  CHECK(entrance.code_for("Basic " + base64("ana:" + std::string(9000, 'x'))) == "unauthorized");
  CHECK(entrance.accounts.computations() == before);  // none of them is a guess
  CHECK(entrance.code_for("Basic " + base64(":")) == "unauthorized");
  CHECK(entrance.code_for("Basic " + base64("nobody:a")) == "unauthorized");
  CHECK(entrance.accounts.computations() == before + 2);
}
