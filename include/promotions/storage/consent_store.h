// The texts that subscribers consented to.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "promotions/domain/sha256.h"

namespace promotions {

class DatabaseConnection;

// Each text is stored once for each campaign, under its hash, before anybody can consent to it.
// Texts are only ever added; the database refuses anything else. They go with their campaign, by
// CampaignStore::purge().
//
// Works on a borrowed connection; not thread-safe. Functions that write are not const. For errors
// see Stores (storage.h).
class ConsentStore {
 public:
  explicit ConsentStore(DatabaseConnection& connection) : connection_(connection) {}

  // Adds a text, unless the campaign has it already.
  void keep(std::int64_t campaign_id, std::string_view text);

  // All texts that the campaign has ever asked for consent to, by their hashes.
  std::map<Hash, std::string> texts(std::int64_t campaign_id) const;

 private:
  DatabaseConnection& connection_;
};

}  // namespace promotions
