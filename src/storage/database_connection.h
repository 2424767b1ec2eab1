// One SQLite connection with its prepared statements, and a statement in use. Private to storage.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

#include "promotions/base/clock.h"
#include "promotions/storage/effects.h"
#include "storage/wiped_pages.h"

namespace promotions {

// True if the write-ahead log of the database at `path` is not empty.
bool has_log(const std::string& path);

// What a statement causes besides changing rows, if it changes any rows.
enum class Effect : unsigned {
  adds_jobs = 1,
  erases = 2,            // removes or replaces what should be gone: personal data, a password
  adds_campaign = 4,     // inserts a campaign
  changes_campaign = 8,  // changes the campaign whose id is ?1
};
constexpr Effect operator|(Effect one, Effect other) {
  return static_cast<Effect>(static_cast<unsigned>(one) | static_cast<unsigned>(other));
}

// A statement with an effect.
struct Change {
  const char* sql;
  Effect effect;
};

// Not thread-safe: used by one thread at a time.
class DatabaseConnection {
 public:
  enum class Mode {
    write,  // the one connection that writes and checkpoints
    read,   // query_only
    look,   // as `read`, and leaves the files beside the database as they are
    probe,  // writes, and leaves these files as they are
  };
  static constexpr Millis kBusyTimeout{5000};  // only for locks of programs other than ours

  // Throws SQLite::Exception.
  DatabaseConnection(const std::string& path, Mode mode);

  void execute(const char* sql) { database_.exec(sql); }
  int changes() { return database_.getChanges(); }  // by the last INSERT, UPDATE or DELETE
  std::int64_t last_insert_id() { return database_.getLastInsertRowid(); }
  SQLite::Database& database() { return database_; }
  // The size of the database in bytes, including what is only in the log; 0: not known. Throws
  // nothing.
  std::int64_t size();

  // If `keep`, closing the connection leaves the write-ahead log as it is.
  void keep_log(bool keep = true) {
    sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0,
                      nullptr);
  }

  Effects effects;  // of the statements since the writer last cleared them

 private:
  friend class Query;
  void leave_log(const std::string& path);
  void note(Effect effect, std::int64_t first_value);
  SQLite::Statement& prepared(const char* sql);

  WipedPages wiped_pages_;  // must outlive database_
  int page_size_ = 0;
  SQLite::Database database_;
  // By the address of their SQL.
  std::unordered_map<const char*, std::unique_ptr<SQLite::Statement>> statements_;
};

// A prepared statement in use; the destructor resets it for the next use. It is prepared once for
// each connection and found again by the address of `sql`, which must therefore be a constant.
class Query {
 public:
  template <typename... Values>
  Query(DatabaseConnection& connection, const char* sql, const Values&... values)
      : statement_(connection.prepared(sql)) {
    int index = 0;
    (bind(++index, values), ...);
  }
  template <typename... Values>
  Query(DatabaseConnection& connection, const Change& change, const Values&... values)
      : Query(connection, change.sql, values...) {
    changed_ = &connection;
    effect_ = change.effect;
    if constexpr (sizeof...(Values) > 0) note_first(values...);
  }
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  bool step() { return statement_.executeStep(); }  // to the next row, if there is one
  void run() {
    while (step()) {
    }
  }

  std::int64_t integer(int column) const { return statement_.getColumn(column).getInt64(); }
  std::string text(int column) const { return statement_.getColumn(column).getString(); }
  bool is_null(int column) const { return statement_.getColumn(column).isNull(); }
  Time time(int column) const { return Time{Millis{integer(column)}}; }
  std::optional<Time> optional_time(int column) const {
    return is_null(column) ? std::nullopt : std::optional(time(column));
  }
  std::span<const unsigned char> blob(int column) const;

 private:
  void bind(int index, std::int64_t value) { statement_.bind(index, value); }
  void bind(int index, int value) { statement_.bind(index, value); }
  void bind(int index, std::string_view value) { statement_.bind(index, std::string(value)); }
  void bind(int index, const char* value) { statement_.bind(index, value); }
  void bind(int index, Time value) { bind(index, value.time_since_epoch()); }
  void bind(int index, Millis value) { bind(index, std::int64_t{value.count()}); }
  void bind(int index, std::span<const unsigned char> value) {
    statement_.bind(index, value.data(), static_cast<int>(value.size()));
  }
  void bind(int index, std::nullopt_t /*value*/) { statement_.bind(index); }
  template <typename T>
  void bind(int index, const std::optional<T>& value) {
    if (value) {
      bind(index, *value);
    } else {
      bind(index, std::nullopt);
    }
  }

  template <typename First, typename... Rest>
  void note_first(const First& first, const Rest&... /*rest*/) {
    if constexpr (std::is_same_v<First, std::int64_t>) first_value_ = first;
  }

  SQLite::Statement& statement_;
  DatabaseConnection* changed_ = nullptr;  // set if the statement has an effect
  Effect effect_{};
  std::int64_t first_value_ = 0;  // ?1, if it is an id
};

// An id that may be absent: 0 is stored as NULL.
inline std::optional<std::int64_t> id_or_null(std::int64_t id) {
  return id == 0 ? std::nullopt : std::optional(id);
}

}  // namespace promotions
