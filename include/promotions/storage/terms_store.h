// What each campaign promised in public: every version of its terms.
#pragma once

#include <cstdint>
#include <optional>
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

  // The next version: `terms.version` must be one more than the newest's.
  void add(std::int64_t campaign_id, const Terms& terms);

 private:
  DatabaseConnection& connection_;
};

}  // namespace promotions
