#include "storage/schema.h"

#include "promotions/base/embedded.h"
#include "promotions/base/errors.h"

namespace promotions {
namespace {

// PRAGMA application_id: "PrMo" in ASCII; marks the file as ours.
constexpr int kApplicationId = 0x50724D6F;

int pragma(SqliteConnection& connection, const char* sql) {
  return connection.database().execAndGet(sql).getInt();
}

}  // namespace

void migrate(SqliteConnection& connection, const std::string& path) {
  const int application = pragma(connection, "PRAGMA application_id");
  const int tables = pragma(connection, "SELECT count(*) FROM sqlite_schema");
  if (application != kApplicationId && (application != 0 || tables != 0)) {
    throw UserError(path +
                    ": is a database of another program; storage.path must name one of ours or "
                    "a new file");
  }
  const auto migrations = embedded_migrations();
  const auto known = static_cast<int>(migrations.size());
  int version = pragma(connection, "PRAGMA user_version");
  if (version > known) {
    throw UserError(path + ": has schema " + std::to_string(version) +
                    ", this program knows up to " + std::to_string(known) +
                    "; use the newer program that wrote it");
  }
  // The number of a migration is its place in the sorted list, so files are only ever added at its
  // end.
  for (; version < known; ++version) {
    SQLite::Transaction transaction(connection.database(), SQLite::TransactionBehavior::IMMEDIATE);
    connection.execute(std::string(migrations[static_cast<std::size_t>(version)].content).c_str());
    connection.execute(("PRAGMA application_id=" + std::to_string(kApplicationId)).c_str());
    connection.execute(("PRAGMA user_version=" + std::to_string(version + 1)).c_str());
    transaction.commit();
  }
}

}  // namespace promotions
