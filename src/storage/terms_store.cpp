#include "promotions/storage/terms_store.h"

#include <algorithm>
#include <stdexcept>

#include "promotions/domain/canonical_json.h"
#include "storage/database_connection.h"

namespace promotions {
namespace {

#define TERMS "SELECT version, hash, record FROM terms WHERE campaign_id = ?1 ORDER BY version"
constexpr char kAll[] = TERMS;
constexpr char kNewest[] = TERMS " DESC LIMIT 1";
constexpr char kAdd[] =
    "INSERT INTO terms (campaign_id, version, hash, record) VALUES (?1, ?2, ?3, ?4)";
// The same rules may come back with a later version.
constexpr char kKeepRules[] =
    "INSERT INTO rules (campaign_id, hash, text) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
constexpr char kRules[] = "SELECT text FROM rules WHERE campaign_id = ?1 AND hash = ?2";

PublishedTerms read_row(const Query& row) {
  const TermsReading reading = read_terms(row.text(2));
  const std::string which = "version " + row.text(0) + " of the terms ";
  if (!reading.problems.empty()) {
    const RecordProblem& problem = reading.problems.front();
    throw std::runtime_error(which + "cannot be read: " + problem.place + ": " + problem.what);
  }
  PublishedTerms published{hash_of(reading.terms), reading.terms};
  const auto stored = row.blob(1);
  if (!std::equal(stored.begin(), stored.end(), published.hash.begin(), published.hash.end()) ||
      published.terms.version != row.integer(0)) {
    throw std::runtime_error(which + "are not those that were published");
  }
  return published;
}

}  // namespace

std::vector<PublishedTerms> TermsStore::all(std::int64_t campaign_id) const {
  std::vector<PublishedTerms> versions;
  Query query(connection_, kAll, campaign_id);
  while (query.step()) versions.push_back(read_row(query));
  return versions;
}

std::optional<PublishedTerms> TermsStore::newest(std::int64_t campaign_id) const {
  Query query(connection_, kNewest, campaign_id);
  return query.step() ? std::optional(read_row(query)) : std::nullopt;
}

void TermsStore::add(std::int64_t campaign_id, const Terms& terms, std::string_view rules) {
  const Hash hash = hash_of(terms);
  Query(connection_, kAdd, campaign_id, terms.version, std::span<const unsigned char>(hash),
        canonical_json(to_json(terms)))
      .run();
  if (rules.empty()) return;
  const Hash rules_hash = sha256(rules);
  Query(connection_, kKeepRules, campaign_id, std::span<const unsigned char>(rules_hash), rules)
      .run();
}

std::optional<std::string> TermsStore::rules(std::int64_t campaign_id, const Hash& hash) const {
  Query query(connection_, kRules, campaign_id, std::span<const unsigned char>(hash));
  return query.step() ? std::optional(query.text(0)) : std::nullopt;
}

}  // namespace promotions
