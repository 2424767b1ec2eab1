#include "storage/schema.h"

#include "promotions/base/embedded.h"
#include "promotions/base/errors.h"

namespace promotions {
namespace {

int pragma(DatabaseConnection& connection, const char* sql) {
  return connection.database().execAndGet(sql).getInt();
}

// Closing the connection would copy the log into the database, and both are another program's.
[[noreturn]] void refuse(DatabaseConnection& connection, const std::string& path,
                         const std::string& reason) {
  if (has_log(path)) connection.keep_log();
  throw UserError(path + ": " + reason);
}

}  // namespace

const char kIsForeign[] =
    "is a database of another program; storage.path must name one of ours or a new file";

int check_ours(DatabaseConnection& connection, const std::string& path) {
  const int application = pragma(connection, "PRAGMA application_id");
  const int tables = pragma(connection, "SELECT count(*) FROM sqlite_schema");
  if (application != kApplicationId && (application != 0 || tables != 0)) {
    refuse(connection, path, kIsForeign);
  }
  const auto known = static_cast<int>(embedded_migrations().size());
  const int version = pragma(connection, "PRAGMA user_version");
  if (version > known) {
    refuse(connection, path,
           "has schema " + std::to_string(version) + ", this program knows up to " +
               std::to_string(known) + "; use the newer program that wrote it");
  }
  return version;
}

void migrate(DatabaseConnection& connection, const std::string& path) {
  int version = check_ours(connection, path);
  const auto migrations = embedded_migrations();
  const auto known = static_cast<int>(migrations.size());
  // A migration's number is its position in the sorted list of files, so a file may be added only
  // at the end of that list.
  for (; version < known; ++version) {
    SQLite::Transaction transaction(connection.database(), SQLite::TransactionBehavior::IMMEDIATE);
    connection.execute(std::string(migrations[static_cast<std::size_t>(version)].content).c_str());
    connection.execute(("PRAGMA application_id=" + std::to_string(kApplicationId)).c_str());
    connection.execute(("PRAGMA user_version=" + std::to_string(version + 1)).c_str());
    transaction.commit();
  }
}

}  // namespace promotions
