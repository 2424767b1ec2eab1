// What each campaign promised in public: every version of its terms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/domain/terms.h"

namespace promotions {

class DatabaseConnection;

struct PublishedTerms {
  Hash hash{};  // hash_of() the terms
  Terms terms;
};

// Versions are only ever added; the database refuses anything else. They go with their campaign, by
// CampaignStore::purge().
//
// Works on a borrowed connection; not thread-safe. Functions that write are not const. For errors
// see Stores (storage.h). Functions that read throw std::runtime_error if what is stored is not
// what was published.
class TermsStore {
 public:
  explicit TermsStore(DatabaseConnection& connection) : connection_(connection) {}

  std::vector<PublishedTerms> all(std::int64_t campaign_id) const;  // newest last
  std::optional<PublishedTerms> newest(std::int64_t campaign_id) const;

  // The next version: `terms.version` must be one more than the newest's. `rules` is the text whose
  // hash it has; empty: it has none, or that of a document elsewhere.
  void add(std::int64_t campaign_id, const Terms& terms, std::string_view rules = {});

  // The rules with that hash, as a text; nullopt if no version had them.
  std::optional<std::string> rules(std::int64_t campaign_id, const Hash& hash) const;

 private:
  DatabaseConnection& connection_;
};

}  // namespace promotions
