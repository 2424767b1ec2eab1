#include "storage/database_connection.h"

#include <sqlite3.h>

#include <exception>
#include <filesystem>
#include <system_error>

#include "promotions/domain/email_address.h"
#include "promotions/storage/database_file.h"

namespace promotions {
namespace {

constexpr char kPageCount[] = "PRAGMA page_count";

// Switches off SQLite's memory statistics, which cost a lock for each allocation. That is possible
// only once, before SQLite starts; hence this detour on the way to the first connection.
const std::string& after_configuration(const std::string& path) {
  [[maybe_unused]] static const int status = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  return path;
}

// shown_address() for queries, because people search for an address as it is shown to them.
void shown_address_in_sql(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  const auto* stored = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
  if (stored == nullptr) return sqlite3_result_null(context);
  try {
    const std::string shown = shown_address(stored);
    sqlite3_result_text(context, shown.c_str(), static_cast<int>(shown.size()), SQLITE_TRANSIENT);
  } catch (const std::exception& error) {  // nothing may be thrown through SQLite
    sqlite3_result_error(context, error.what(), -1);
  }
}

bool has_log_index(const std::string& path) {
  std::error_code none;
  return std::filesystem::exists(real_database_path(path) + "-shm", none);
}

}  // namespace

bool has_log(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(real_database_path(path) + "-wal", error);
  return !error && size > 0;
}

DatabaseConnection::DatabaseConnection(const std::string& path, Mode mode)
    // NOMUTEX: a connection is used by one thread at a time, so SQLite's own lock would only cost.
    : database_(after_configuration(path), SQLite::OPEN_NOMUTEX | SQLite::OPEN_READWRITE |
                                               (mode == Mode::write ? SQLite::OPEN_CREATE : 0)) {
  // Checked before anything is read: reading would make a log and its index beside the database,
  // read-only as it is, and these would stay. If a process has made them already, looking does no
  // harm.
  const bool may_read_only = mode == Mode::read || (mode == Mode::look && has_log_index(path));
  if (!may_read_only && sqlite3_db_readonly(database_.getHandle(), "main") != 0) {
    throw SQLite::Exception("the file is read-only", SQLITE_READONLY);
  }
  if (mode == Mode::look || mode == Mode::probe) leave_log(path);
  database_.setBusyTimeout(static_cast<int>(kBusyTimeout.count()));
  // For readers, too, because the connection that is closed last copies the log.
  wiped_pages_.attach(database_.getHandle());
  // An I/O error on a mapped page would be a signal instead of an error code.
  execute("PRAGMA mmap_size=0");
  execute("PRAGMA temp_store=MEMORY");
  execute("PRAGMA trusted_schema=OFF");
  sqlite3_create_function(database_.getHandle(), "shown_address", 1,
                          SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, shown_address_in_sql,
                          nullptr, nullptr);
  if (mode == Mode::read || mode == Mode::look) {
    execute("PRAGMA query_only=ON");
    execute("PRAGMA cache_size=-4096");  // KiB
    return;
  }
  execute("PRAGMA cache_size=-65536");  // KiB
  execute("PRAGMA foreign_keys=ON");
  // Debian's SQLite has it on by default; other builds do not.
  execute("PRAGMA secure_delete=ON");
}

// A log that a killed server left is not ours to copy, so closing must leave it. An empty log may
// go as usual.
void DatabaseConnection::leave_log(const std::string& path) {
  if (!has_log(path)) return;
  keep_log();
  // A process that uses the log has its index (-shm) beside it. If there is none, this mode keeps
  // the index in memory, so that no file is made.
  if (!has_log_index(path)) execute("PRAGMA locking_mode=EXCLUSIVE");
}

std::int64_t DatabaseConnection::size() {
  try {
    if (page_size_ == 0) page_size_ = database_.execAndGet("PRAGMA page_size").getInt();
    Query query(*this, kPageCount);
    return query.step() ? query.integer(0) * page_size_ : 0;
  } catch (const SQLite::Exception&) {  // the next commit meets the same error and reports it
    return 0;
  }
}

SQLite::Statement& DatabaseConnection::prepared(const char* sql) {
  auto& statement = statements_[sql];
  if (!statement) statement = std::make_unique<SQLite::Statement>(database_, sql);
  return *statement;
}

Query::~Query() {
  statement_.tryReset();  // returns the error of step() once more, which was thrown already
  statement_.clearBindings();
  // An effect counts only if a row was changed.
  if (changed_ != nullptr && changed_->changes() > 0) changed_->note(effect_, first_value_);
}

void DatabaseConnection::note(Effect effect, std::int64_t first_value) {
  const auto has = [effect](Effect one) {
    return (static_cast<unsigned>(effect) & static_cast<unsigned>(one)) != 0;
  };
  if (has(Effect::adds_jobs)) effects.jobs_added = true;
  if (has(Effect::erases)) effects.data_erased = true;
  if (has(Effect::adds_campaign)) effects.campaigns.push_back(last_insert_id());
  if (has(Effect::changes_campaign)) effects.campaigns.push_back(first_value);
}

std::span<const unsigned char> Query::blob(int column) const {
  const SQLite::Column value = statement_.getColumn(column);
  return {static_cast<const unsigned char*>(value.getBlob()),
          static_cast<std::size_t>(value.getBytes())};
}

}  // namespace promotions
