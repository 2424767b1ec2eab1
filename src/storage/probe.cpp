#include <sqlite3.h>

#include "promotions/base/errors.h"
#include "promotions/storage/storage.h"
#include "storage/complaint.h"
#include "storage/database_connection.h"
#include "storage/schema.h"

namespace promotions {
namespace {

constexpr char kFill[] = "INSERT INTO settings (name, value) VALUES ('probe', zeroblob(?1))";

std::string words(const Complaint& complaint) {
  return complaint.what + "; " + complaint.right;
}

// Writes pages into the log, where they count for nothing as long as no commit follows. SQLite
// would keep them in its cache until COMMIT, so the cache is flushed.
std::optional<Complaint> write_and_take_back(DatabaseConnection& connection,
                                             const std::string& path) {
  sqlite3* const database = connection.database().getHandle();
  try {
    connection.execute("BEGIN IMMEDIATE");
    Query(connection, kFill, static_cast<std::int64_t>(SettingsStore::kProbeBytes)).run();
    const int status = sqlite3_db_cacheflush(database);
    std::optional<Complaint> complaint;
    if (status != SQLITE_OK) complaint = complaint_of(path, status, sqlite3_system_errno(database));
    if (sqlite3_get_autocommit(database) == 0) connection.execute("ROLLBACK");
    return complaint;
  } catch (const SQLite::Exception& error) {
    return complaint_of(path, error.getExtendedErrorCode(), sqlite3_system_errno(database));
  }
}

}  // namespace

std::optional<std::string> probe_write(const std::string& path) {
  try {
    DatabaseConnection connection(path, DatabaseConnection::Mode::probe);
    if (check_ours(connection, path) == 0) return std::nullopt;
    const auto complaint = write_and_take_back(connection, path);
    return complaint ? std::optional(words(*complaint)) : std::nullopt;
  } catch (const UserError& error) {
    return std::string(error.what()).substr(path.size() + 2);  // without "PATH: "
  } catch (const SQLite::Exception& error) {
    return words(complaint_of(path, error));
  }
}

}  // namespace promotions
