#include "promotions/storage/consent_store.h"

#include <algorithm>

#include "storage/database_connection.h"

namespace promotions {
namespace {

constexpr char kKeep[] =
    "INSERT INTO consent_texts (campaign_id, hash, text) VALUES (?1, ?2, ?3)"
    " ON CONFLICT DO NOTHING";
constexpr char kTexts[] = "SELECT hash, text FROM consent_texts WHERE campaign_id = ?1";

}  // namespace

void ConsentStore::keep(std::int64_t campaign_id, std::string_view text) {
  const Hash hash = sha256(text);
  Query(connection_, kKeep, campaign_id, std::span<const unsigned char>(hash), text).run();
}

std::map<Hash, std::string> ConsentStore::texts(std::int64_t campaign_id) const {
  std::map<Hash, std::string> texts;
  Query query(connection_, kTexts, campaign_id);
  while (query.step()) {
    const auto stored = query.blob(0);
    Hash hash{};
    std::copy(stored.begin(), stored.end(), hash.begin());
    texts.emplace(hash, query.text(1));
  }
  return texts;
}

}  // namespace promotions
