#include "promotions/storage/consent_store.h"

#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

namespace {

using Texts = std::map<Hash, std::string>;

Texts texts(Database& database, std::int64_t campaign) {
  return database.read([&](const Stores& stores) { return stores.consents.texts(campaign); });
}

}  // namespace

TEST_CASE("consent texts: each is kept once for each campaign, and goes with it", "[storage]") {
  Database database;
  const std::int64_t autumn = database.add_campaign("autumn");
  const std::int64_t winter = database.add_campaign("winter");
  for (int i = 0; i < 2; ++i) {
    database.write([&](Stores& stores) {
      stores.consents.keep(autumn, "Quiero novedades, señora €");
      stores.consents.keep(autumn, "Send me news");
      stores.consents.keep(winter, "Send me news");
    });
    database.reopen();
  }
  const Texts kept{{sha256("Quiero novedades, señora €"), "Quiero novedades, señora €"},
                   {sha256("Send me news"), "Send me news"}};
  CHECK(texts(database, autumn) == kept);
  CHECK(texts(database, winter).size() == 1);
  CHECK(texts(database, winter + 1).empty());
  database.write([&](Stores& stores) {
    stores.campaigns.retire(autumn);
    stores.campaigns.purge(autumn);
  });
  CHECK(texts(database, autumn).empty());
  CHECK(texts(database, winter).size() == 1);
}
