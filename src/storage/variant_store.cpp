#include "promotions/storage/variant_store.h"

#include "storage/database_connection.h"
#include "storage/stored_consents.h"

namespace promotions {
namespace {

#define VARIANT_COLUMNS "id, subscriber_id, data, locale, created_at, mailed_at, consents"

constexpr char kFind[] = "SELECT " VARIANT_COLUMNS " FROM sign_up_variants WHERE id = ?1";
constexpr char kList[] = "SELECT " VARIANT_COLUMNS
                         " FROM sign_up_variants WHERE subscriber_id = ?1 AND mailed_at > ?2"
                         " ORDER BY id";
constexpr char kInsert[] =
    "INSERT INTO sign_up_variants (subscriber_id, data, locale, created_at, mailed_at,"
    " consents) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
constexpr char kSetMailed[] = "UPDATE sign_up_variants SET mailed_at = ?2 WHERE id = ?1";
constexpr Change kRemoveAll{"DELETE FROM sign_up_variants WHERE subscriber_id = ?1",
                            Effect::erases};
constexpr Change kPrune{
    "DELETE FROM sign_up_variants WHERE id IN"
    " (SELECT id FROM sign_up_variants WHERE mailed_at <= ?1 ORDER BY mailed_at LIMIT ?2)",
    Effect::erases};
constexpr char kAny[] = "SELECT EXISTS (SELECT 1 FROM sign_up_variants)";

SignUpVariant read_variant(const Query& row) {
  return {.id = row.integer(0),
          .subscriber_id = row.integer(1),
          .data = row.text(2),
          .locale = row.text(3),
          .consents = row.is_null(6) ? Consents() : read_consents(row.text(6)),
          .created_at = row.time(4),
          .mailed_at = row.time(5)};
}

}  // namespace

std::optional<SignUpVariant> VariantStore::find(std::int64_t id) const {
  Query query(connection_, kFind, id);
  return query.step() ? std::optional(read_variant(query)) : std::nullopt;
}

std::vector<SignUpVariant> VariantStore::list(std::int64_t subscriber_id, Time since) const {
  std::vector<SignUpVariant> variants;
  Query query(connection_, kList, subscriber_id, since);
  while (query.step()) variants.push_back(read_variant(query));
  return variants;
}

std::int64_t VariantStore::insert(const SignUpVariant& variant) {
  Query(connection_, kInsert, variant.subscriber_id, variant.data, variant.locale,
        variant.created_at, variant.mailed_at, stored_or_null(variant.consents))
      .run();
  may_have_ = true;
  return connection_.last_insert_id();
}

void VariantStore::set_mailed(std::int64_t id, Time at) {
  Query(connection_, kSetMailed, id, at).run();
}

// Each verification calls this, and there are hardly ever any variants; so may_have() saves nearly
// all of them a statement.
void VariantStore::remove_all(std::int64_t subscriber_id) {
  if (!may_have()) return;
  Query(connection_, kRemoveAll, subscriber_id).run();
}

int VariantStore::prune(Time before, int limit) {
  if (!may_have()) return 0;
  Query(connection_, kPrune, before, limit).run();
  const int pruned = connection_.changes();
  if (pruned > 0) may_have_.reset();
  return pruned;
}

bool VariantStore::may_have() {
  if (!may_have_) {
    Query query(connection_, kAny);
    query.step();
    may_have_ = query.integer(0) != 0;
  }
  return *may_have_;
}

}  // namespace promotions
