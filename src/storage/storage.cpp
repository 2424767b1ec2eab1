#include "promotions/storage/storage.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>

#include "promotions/base/errors.h"
#include "storage/reader_pool.h"
#include "storage/schema.h"
#include "storage/sqlite_connection.h"
#include "storage/writer.h"

namespace promotions {
namespace {

// The connection that writes, migrated and in WAL mode.
std::unique_ptr<SqliteConnection> open_for_writing(const std::string& path) {
  const auto folder = std::filesystem::absolute(path).parent_path();
  if (!std::filesystem::is_directory(folder)) {
    throw UserError(path + ": the folder " + folder.string() +
                    " does not exist; create it or change storage.path");
  }
  const mode_t mask = ::umask(077);  // the file holds addresses: for its owner only
  std::unique_ptr<SqliteConnection> connection;
  try {
    connection = std::make_unique<SqliteConnection>(path, SqliteConnection::Mode::write);
    // FULL: a commit is on the disk before anybody is told of it.
    connection->execute("PRAGMA synchronous=FULL");
    migrate(*connection, path);
    // After the file has proved to be ours, because it changes the file.
    connection->execute("PRAGMA journal_mode=WAL");
    connection->execute("PRAGMA wal_autocheckpoint=0");  // the writer chooses the moment
    connection->execute("BEGIN IMMEDIATE; ROLLBACK");    // may it be written now?
  } catch (...) {
    ::umask(mask);
    throw;
  }
  ::umask(mask);
  return connection;
}

// What is wrong with the file; what would be right.
std::string complaint(const SQLite::Exception& error) {
  switch (error.getErrorCode()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "is locked by another program; end that program, or change storage.path";
    case SQLITE_NOTADB:
      return "is no database, or its beginning is damaged; restore a backup, or let storage.path "
             "name one of ours or a new file";
    case SQLITE_CORRUPT:
      return "is damaged; restore a backup";
    case SQLITE_FULL:
      return "the disk is full; make room";
    case SQLITE_READONLY:
      return "is read-only; it and its folder must be writable for this user";
    default:
      return std::string("cannot be opened as a database: ") + error.what() +
             "; storage.path must name one of ours or a new file in a writable folder";
  }
}

}  // namespace

Stores::Stores(SqliteConnection& connection, AddressIndex* addresses)
    : campaigns(connection),
      subscribers(connection, addresses),
      variants(connection),
      draws(connection),
      entrants(connection),
      jobs(connection),
      lanes(connection),
      accounts(connection),
      settings(connection) {}

// The readers go first: the connection closed last makes the final checkpoint, and that is the
// writer's.
struct Storage::Impl {
  explicit Impl(const StorageOptions& options)
      : writer(open_for_writing(options.path), options), readers(options.path, options.readers) {}
  Writer writer;
  ReaderPool readers;
};

Storage::Storage(const StorageOptions& options) {
  try {
    impl_ = std::make_unique<Impl>(options);
  } catch (const SQLite::Exception& error) {
    throw UserError(options.path + ": " + complaint(error));
  }
}

Storage::~Storage() = default;

void Storage::submit(WriteLine line, std::unique_ptr<Write> write) {
  impl_->writer.submit(line, std::move(write));
}

void Storage::on_jobs_committed(std::function<void()> callback) {
  impl_->writer.on_jobs_committed(std::move(callback));
}

void Storage::on_broken(std::function<void()> callback) {
  impl_->writer.on_broken(std::move(callback));
}

void Storage::run_read(const std::function<void(const Stores&)>& operation) {
  try {
    const ReadLease lease(impl_->readers);
    operation(lease.stores());
  } catch (const SQLite::Exception& error) {
    throw StorageUnavailable(error.what());
  }
}

}  // namespace promotions
