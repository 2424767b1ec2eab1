#include "promotions/beacon/drand_client.h"

#include <atomic>
#include <thread>

#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"
#include "support/catch.h"
#include "support/certificate.h"
#include "support/drand_relay.h"

using namespace promotions;
using namespace std::chrono_literals;

namespace {

DrandOptions options_for(const std::vector<std::string>& urls) {
  // Long, because it is only waited for when a test fails.
  return {.urls = urls, .chain = DrandRelay::chain_hash(), .timeout = 30s, .ca_file = {}};
}

template <typename Value>
BeaconTrouble trouble_in(const BeaconResult<Value>& result) {
  REQUIRE(std::holds_alternative<BeaconTrouble>(result));
  return std::get<BeaconTrouble>(result);
}

std::string value_in(const BeaconResult<BeaconAnswer>& result) {
  if (const auto* trouble = std::get_if<BeaconTrouble>(&result)) FAIL(trouble->reason);
  return std::get<BeaconAnswer>(result).value;
}

// A port where nobody listens: of a server that is gone.
std::string url_of_nobody() {
  return DrandRelay().url();
}

using Requests = std::vector<std::string>;

}  // namespace

TEST_CASE("DrandClient: only https URLs, and http ones of this machine", "[beacon]") {
  for (const char* url : {"https://api.drand.sh", "https://a.example:8443/drand",
                          "http://localhost:1", "http://127.8.8.8", "http://[::1]:80"}) {
    CAPTURE(url);
    CHECK_NOTHROW(DrandClient(options_for({url})));
  }
  for (const char* url : {"", "api.drand.sh", "http://api.drand.sh", "http://127.0.0.1.example",
                          "http://localhost.example", "http://[::2]", "ftp://localhost",
                          "file:///etc/passwd", "http://10.0.0.1"}) {
    CAPTURE(url);
    CHECK_THROWS_AS(DrandClient(options_for({url})), ConfigError);
  }
}

TEST_CASE("DrandClient: the chain is asked for once", "[beacon]") {
  DrandRelay relay;
  DrandClient client(options_for({relay.url()}));
  relay.on("/info", CannedAnswer::http(500, ""));
  CHECK(trouble_in(client.chain()).reason == relay.host() + ": HTTP 500");
  relay.on("/info", CannedAnswer::json(DrandRelay::info()));
  for (int i = 0; i < 2; ++i) {
    CHECK(std::get<DrandChain>(client.chain()) == DrandChain{30s, Time{1'700'000'000s}});
  }
  CHECK(relay.requests() == Requests{"/info", "/info"});
}

TEST_CASE("DrandClient: nobody is asked for the times of a known chain", "[beacon]") {
  DrandRelay relay;
  DrandOptions options = options_for({relay.url()});
  options.chain = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
  CHECK(std::get<DrandChain>(DrandClient(options).chain()) == DrandChain{3s, Time{1'692'803'367s}});
  CHECK(relay.requests().empty());
}

TEST_CASE("DrandClient: of relays that disagree about the chain only one can be right",
          "[beacon]") {
  DrandRelay liar;
  DrandRelay honest;
  Json shifted = DrandRelay::info();
  shifted["genesis_time"] = 1'700'000'000 - 3'600;
  liar.on("/info", CannedAnswer::json(shifted));
  DrandClient client(options_for({liar.url(), honest.url()}));
  CHECK(std::get<DrandChain>(client.chain()) == DrandChain{30s, Time{1'700'000'000s}});
  CHECK(trouble_in(DrandClient(options_for({liar.url()})).chain()).reason ==
        liar.host() +
            ": period, genesis_time, public_key, groupHash and beaconID do not give the chain's"
            " hash");
}

TEST_CASE("DrandClient: a round's randomness", "[beacon]") {
  DrandRelay relay;
  relay.release(7);
  DrandClient client(options_for({relay.url()}));
  CHECK(value_in(client.value(7)) == DrandRelay::randomness(7));
  CHECK(relay.requests() == Requests{"/public/7"});
  CHECK_THROWS_AS(client.value(0), std::invalid_argument);
}

TEST_CASE("DrandClient: a round that is not there yet is there later", "[beacon]") {
  DrandRelay relay;
  relay.release(6);
  DrandClient client(options_for({relay.url()}));
  const BeaconTrouble trouble = trouble_in(client.value(7));
  CHECK(trouble.not_yet);
  CHECK(trouble.reason == relay.host() + ": the round is not there yet (HTTP 404)");
  relay.release(7);
  CHECK(value_in(client.value(7)) == DrandRelay::randomness(7));
}

TEST_CASE("DrandClient: a relay that lags is passed over for one that has the round", "[beacon]") {
  DrandRelay behind;
  DrandRelay ahead;
  behind.release(6);
  ahead.release(7);
  DrandClient client(options_for({behind.url(), ahead.url()}));
  CHECK(value_in(client.value(7)) == DrandRelay::randomness(7));
}

TEST_CASE("DrandClient: not there yet is what counts beside relays that do not answer well",
          "[beacon]") {
  DrandRelay failing;
  DrandRelay behind;
  failing.on("/public/7", CannedAnswer::http(500, ""));
  DrandClient client(options_for({failing.url(), behind.url()}));
  const BeaconTrouble trouble = trouble_in(client.value(7));
  CHECK(trouble.not_yet);
  CHECK(trouble.reason == failing.host() + ": HTTP 500; " + behind.host() +
                              ": the round is not there yet (HTTP 404)");
}

TEST_CASE("DrandClient: the relay that answered last is asked first", "[beacon]") {
  DrandRelay down;
  DrandRelay up;
  down.on("/public/7", CannedAnswer::drop());
  up.release(9);
  DrandClient client(options_for({down.url(), up.url()}));
  CHECK(value_in(client.value(7)) == DrandRelay::randomness(7));
  CHECK(value_in(client.value(8)) == DrandRelay::randomness(8));
  CHECK(down.requests() == Requests{"/public/7"});

  // And around the end of the list.
  down.release(9);
  up.on("/public/9", CannedAnswer::drop());
  CHECK(value_in(client.value(9)) == DrandRelay::randomness(9));
  CHECK(down.requests() == Requests{"/public/7", "/public/9"});
}

TEST_CASE("DrandClient: a relay that lies or fails is passed over, with a reason", "[beacon]") {
  struct Row {
    CannedAnswer answer;
    std::string reason;  // what it begins with; empty: libcurl's words
  };
  const std::string good = DrandRelay::round(7).dump();
  const std::string too_large = "the answer has more than 64 KiB";
  Json lie = DrandRelay::round(7);
  lie["randomness"] = DrandRelay::randomness(8);
  const std::vector<Row> rows{
      {CannedAnswer::json(lie), "randomness is not SHA-256 of signature"},
      {CannedAnswer::json(DrandRelay::round(8)), "round is not 7"},
      {CannedAnswer::http(200, "<html>Log in to continue</html>"),
       "the answer is not a JSON object"},
      {CannedAnswer::http(500, good), "HTTP 500"},
      {CannedAnswer::http(200, ""), "the answer is not a JSON object"},
      {CannedAnswer::drop(), ""},
      {CannedAnswer::bytes("HTTP/1.1 200 OK\r\nContent-Le"), ""},
      {CannedAnswer::bytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + good), ""},
      {CannedAnswer::bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"rou"), ""},
      {CannedAnswer::bytes(good), ""},  // without a head
      {CannedAnswer::bytes("220 mail.example ESMTP\r\n"), ""},
      {CannedAnswer::http(200, good + std::string(70'000, ' ')), too_large},
      {CannedAnswer::endless("HTTP/1.1 200 OK\r\n\r\n" + good, std::string(1000, ' ')), too_large},
      {CannedAnswer::endless("HTTP/1.1 200 OK\r\n", "X-More: and more\r\n"), too_large},
      {CannedAnswer::endless("", "HTTP/1.1 100 Continue\r\n\r\n"), too_large},
  };
  DrandRelay honest;
  honest.release(7);
  for (const Row& row : rows) {
    CAPTURE(row.answer.text);
    DrandRelay relay;
    relay.on("/public/7", row.answer);
    const BeaconTrouble trouble = trouble_in(DrandClient(options_for({relay.url()})).value(7));
    CHECK_FALSE(trouble.not_yet);
    CHECK(trouble.reason.starts_with(relay.host() + ": " + row.reason));
    CHECK(trouble.reason.size() > relay.host().size() + 2);
    CHECK_FALSE(has_control(trouble.reason));
    CHECK(value_in(DrandClient(options_for({relay.url(), honest.url()})).value(7)) ==
          DrandRelay::randomness(7));
  }
}

TEST_CASE("DrandClient: a redirect is not followed", "[beacon]") {
  DrandRelay honest;
  honest.release(7);
  const std::string target = honest.url() + "/" + DrandRelay::chain_hash() + "/public/7";
  for (const int status : {301, 302, 303, 307, 308}) {
    DrandRelay relay;
    relay.on("/public/7", CannedAnswer::http(status, "", "Location: " + target + "\r\n"));
    CHECK(trouble_in(DrandClient(options_for({relay.url()})).value(7)).reason ==
          relay.host() + ": HTTP " + std::to_string(status));
  }
  CHECK(honest.requests().empty());
}

TEST_CASE("DrandClient: silence is waited for as long as the timeout says", "[beacon]") {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{";
  DrandRelay silent;
  DrandRelay honest;
  honest.release(7);
  for (const std::string& begun : {std::string(), head}) {
    silent.on("/public/7", CannedAnswer::stall(begun));
    DrandOptions options = options_for({silent.url()});
    options.timeout = 200ms;
    CHECK(trouble_in(DrandClient(options).value(7)).reason ==
          silent.host() + ": no complete answer within 200ms");
  }
  DrandOptions options = options_for({silent.url(), honest.url()});
  options.timeout = 2s;  // the honest one has to answer within it, too
  CHECK(value_in(DrandClient(options).value(7)) == DrandRelay::randomness(7));
}

TEST_CASE("DrandClient: nobody to ask, and nobody there", "[beacon]") {
  const BeaconTrouble unasked = trouble_in(DrandClient(options_for({})).value(7));
  CHECK(unasked.reason == "draw.drand_urls is empty");
  CHECK_FALSE(unasked.not_yet);

  const std::string nobody = url_of_nobody();
  const BeaconTrouble absent = trouble_in(DrandClient(options_for({nobody})).chain());
  CHECK(absent.reason.starts_with(nobody.substr(std::string("http://").size()) + ": "));
  CHECK_FALSE(absent.not_yet);

  DrandRelay relay;
  relay.release(7);
  CHECK(value_in(DrandClient(options_for({nobody, relay.url()})).value(7)) ==
        DrandRelay::randomness(7));
}

TEST_CASE("DrandClient: over TLS, from a relay whose certificate is trusted", "[beacon]") {
  const Certificate certificate;
  DrandRelay relay(&certificate);
  relay.release(7);
  DrandOptions options = options_for({relay.url()});
  options.ca_file = certificate.file();
  DrandClient client(options);
  CHECK(std::holds_alternative<DrandChain>(client.chain()));
  CHECK(value_in(client.value(7)) == DrandRelay::randomness(7));
}

TEST_CASE("DrandClient: a certificate that is not trusted or not good is passed over", "[beacon]") {
  const auto flaw =
      GENERATE(Certificate::Flaw::none, Certificate::Flaw::expired, Certificate::Flaw::other_name);
  const Certificate certificate(flaw);
  const Certificate other;
  DrandRelay relay(&certificate);
  relay.release(7);
  DrandOptions options = options_for({relay.url()});
  options.ca_file = flaw == Certificate::Flaw::none ? other.file() : certificate.file();
  const BeaconTrouble trouble = trouble_in(DrandClient(options).value(7));
  CAPTURE(trouble.reason);
  CHECK(trouble.reason.starts_with(relay.host() + ": SSL"));
  CHECK_FALSE(trouble.not_yet);
  CHECK(relay.requests().empty());
}

TEST_CASE("DrandClient: many threads may ask at once", "[beacon]") {
  constexpr int kThreads = 4;
  constexpr std::int64_t kRounds = 8;
  DrandRelay flaky;
  DrandRelay steady;
  flaky.release(kRounds / 2);
  steady.release(kRounds);
  DrandClient client(options_for({flaky.url(), steady.url()}));
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      if (std::holds_alternative<DrandChain>(client.chain())) ++right;
      for (std::int64_t round = 1; round <= kRounds; ++round) {
        const auto result = client.value(round);
        const auto* said = std::get_if<BeaconAnswer>(&result);
        if (said != nullptr && said->value == DrandRelay::randomness(round)) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(right == kThreads * (1 + kRounds));
}
