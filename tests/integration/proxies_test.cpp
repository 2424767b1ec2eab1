// What proxies in front of the server rely on.
#include "integration/running_server.h"
#include "support/catch.h"

using namespace promotions;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

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
