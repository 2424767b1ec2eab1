#include "promotions/config/suggestion.h"

#include "support/catch.h"

using namespace promotions;

TEST_CASE("suggestion: the nearest within three slips", "[config]") {
  const std::vector<std::string> known{"server.port", "server.host", "mail.from"};
  CHECK(suggestion("server.prot", known) == "server.port");
  CHECK(suggestion("server.por", known) == "server.port");
  CHECK(suggestion("serverport", known) == "server.port");
  CHECK(suggestion("servers.ports", known) == "server.port");
  CHECK(suggestion("server.hots", known) == "server.host");
  CHECK(suggestion("mail.form", known) == "mail.from");
  CHECK_FALSE(suggestion("storage.path", known));
  CHECK_FALSE(suggestion("", known));
  CHECK_FALSE(suggestion(std::string(1'000'000, 'a'), known));
  CHECK_FALSE(suggestion("a", {}));
}
