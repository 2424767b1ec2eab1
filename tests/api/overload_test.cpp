// What clients see when more comes than the database can take.
#include <algorithm>
#include <string>
#include <vector>

#include "promotions/api/api.h"
#include "promotions/http/http_server.h"
#include "storage/blocker.h"
#include "support/catch.h"
#include "support/fixed_random.h"
#include "support/log_capture.h"
#include "support/manual_clock.h"
#include "support/principals.h"
#include "support/samples.h"
#include "support/temp_folder.h"
#include "support/test_client.h"

using namespace promotions;
using promotions::test::Client;
using promotions::testing::kOwner;

namespace {

constexpr std::size_t kBound = 10;

// An HTTP server over a database whose lines hold few writes, with the open campaign "autumn".
struct SmallServer {
  SmallServer() {
    campaigns.create(kOwner, "autumn", sample_settings());
    http.start();
  }

  Client connect() const { return Client::tcp(http.port()); }

  std::vector<std::string> subscribers() {
    const auto stored = storage.read([&](const Stores& stores) {
      return stores.subscribers.list(campaigns.find("autumn")->id, {.limit = 1000});
    });
    std::vector<std::string> emails;
    for (const Subscriber& each : stored) emails.push_back(each.email);
    std::sort(emails.begin(), emails.end());
    return emails;
  }

  // Of the link that is mailed.
  std::string token_of(const std::string& email) {
    const Subscriber subscriber = storage.write([&](Stores& stores) {
      return stores.subscribers.find(campaigns.find("autumn")->id, email).value();
    });
    return signer.sign(
        {TokenPurpose::verify, subscriber.campaign_id, subscriber.id, subscriber.email_key},
        clock.now());
  }

  static HttpOptions http_options() {
    HttpOptions options;
    options.workers = 2;
    return options;
  }

  LogCapture log;
  TempFolder folder;
  ManualClock clock;
  FixedRandom random;
  PageRenderer pages;
  const TokenSigner signer{TokenSecret{1, 2, 3}};
  Storage storage{{.path = folder.file("promotions.db"), .max_waiting = kBound}};
  Campaigns campaigns{storage, clock, random};
  SignUps sign_ups{storage, campaigns, clock, random, signer, {}};
  Draws draws{storage, campaigns, sign_ups, clock, signer, 1};
  Accounts accounts{storage, clock, random};
  Queue queue{storage, clock};
  Api api{{}, {campaigns, sign_ups, draws, accounts, queue}};
  HttpServer http{http_options(), {accounts, pages, clock, random}, api.routes()};
};

std::string email_of(std::size_t number) {
  return "entrant" + std::to_string(100 + number) + "@example.org";
}

std::string sign_up(const std::string& email) {
  const std::string body = R"({"campaign":"autumn","email":")" + email + "\"}";
  return "POST /add_subscriber HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

std::string status_of(const std::string& answer) {
  return answer.substr(9, 3);
}

// Clients that have asked, and for whom each.
struct Crowd {
  std::vector<Client> clients;
  std::vector<std::string> emails;

  Crowd(const SmallServer& server, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      clients.push_back(server.connect());
      emails.push_back(email_of(i));
      clients.back().send(sign_up(emails.back()));
    }
  }

  // Takes out one that has an answer.
  std::pair<Client, std::string> take_answered() {
    const auto at = static_cast<std::ptrdiff_t>(Client::await_any_input(clients));
    std::pair taken(std::move(clients[static_cast<std::size_t>(at)]),
                    emails[static_cast<std::size_t>(at)]);
    clients.erase(clients.begin() + at);
    emails.erase(emails.begin() + at);
    return taken;
  }
};

}  // namespace

TEST_CASE("overload: what is beyond the bound gets 503 at once, what is within is stored",
          "[api]") {
  constexpr std::size_t kRefused = 20;
  SmallServer server;
  Blocker blocker(server.storage);
  Crowd crowd(server, kBound + kRefused);

  std::vector<std::pair<Client, std::string>> refused;
  for (std::size_t i = 0; i < kRefused; ++i) {
    refused.push_back(crowd.take_answered());
    const std::string answer = refused.back().first.answer();
    CAPTURE(answer);
    CHECK(status_of(answer) == "503");
    CHECK(answer.find("\"code\":\"overloaded\"") != std::string::npos);
    CHECK(answer.find("\r\nRetry-After: 1\r\n") != std::string::npos);
  }

  blocker.release();
  for (Client& client : crowd.clients) CHECK(status_of(client.answer()) == "202");
  CHECK(crowd.emails.size() == kBound);
  CHECK(server.subscribers() == crowd.emails);

  // Whoever comes again is taken, on the same connection.
  for (auto& [client, email] : refused) {
    client.send(sign_up(email));
    CHECK(status_of(client.answer()) == "202");
  }
  CHECK(server.subscribers().size() == kBound + kRefused);
}

TEST_CASE("overload: a flood of sign-ups refuses no verification", "[api]") {
  SmallServer server;
  Client early = server.connect();
  early.send(sign_up("early@example.org"));
  REQUIRE(status_of(early.answer()) == "202");
  const std::string token = server.token_of("early@example.org");

  Blocker blocker(server.storage);
  Crowd crowd(server, kBound + 1);
  CHECK(status_of(crowd.take_answered().first.answer()) == "503");
  early.send(get("/verify_subscriber?token=" + token));
  Client other = server.connect();
  other.send(get("/healthz"));  // The loop has handed the verification over when this is answered.
  CHECK(status_of(other.answer()) == "200");
  other.send(sign_up("late@example.org"));
  CHECK(status_of(other.answer()) == "503");

  blocker.release();
  const std::string answer = early.answer();
  CHECK(status_of(answer) == "200");
  CHECK(answer.find("\"status\":\"verified\"") != std::string::npos);
}
