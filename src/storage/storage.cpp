#include "promotions/storage/storage.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "promotions/base/errors.h"
#include "promotions/base/mutex.h"
#include "promotions/storage/database_file.h"
#include "storage/complaint.h"
#include "storage/database_connection.h"
#include "storage/reader_pool.h"
#include "storage/reserved_space.h"
#include "storage/schema.h"
#include "storage/writer.h"

namespace promotions {
namespace {

// Opens the connection that writes, migrates the database and switches it to WAL mode.
std::unique_ptr<DatabaseConnection> open_for_writing(const std::string& path) {
  // The files hold addresses, so they are for their owner only.
  const mode_t mask = ::umask(077);
  std::unique_ptr<DatabaseConnection> connection;
  try {
    connection = std::make_unique<DatabaseConnection>(path, DatabaseConnection::Mode::write);
    // FULL: a commit is on the disk before anybody learns of it.
    connection->execute("PRAGMA synchronous=FULL");
    migrate(*connection, path);
    // Only now that the file has proved to be ours, because this changes the file.
    connection->execute("PRAGMA journal_mode=WAL");
    connection->execute("PRAGMA wal_autocheckpoint=0");  // the writer chooses the moment
    connection->execute("BEGIN IMMEDIATE; ROLLBACK");    // fails if it cannot be written
  } catch (...) {
    ::umask(mask);
    throw;
  }
  ::umask(mask);
  return connection;
}

}  // namespace

Stores::Stores(DatabaseConnection& connection, AddressIndex* addresses)
    : campaigns(connection),
      subscribers(connection, addresses),
      variants(connection),
      consents(connection),
      terms(connection),
      draws(connection),
      entrants(connection),
      jobs(connection),
      lanes(connection),
      accounts(connection),
      settings(connection) {}

// Members are destroyed from the last to the first. The readers go before the writer, because the
// connection that is closed last makes the final checkpoint. The reserved space goes after all
// connections, because closing its descriptor drops SQLite's locks.
struct Storage::Impl {
  explicit Impl(const StorageOptions& options)
      : path(options.path),
        space(options.path),
        writer(open_for_writing(options.path), space, options),
        readers(real_database_path(options.path), options.readers, writer.files()) {}

  void note_failed_read(const std::string& reason) {
    const MutexLock lock(mutex);
    failed_reads.refused(1, reason);
  }

  const std::string path;
  Mutex mutex;
  Refusals failed_reads GUARDED_BY(mutex){"reads"};
  ReservedSpace space;
  Writer writer;
  ReaderPool readers;
};

Storage::Storage(const StorageOptions& options) {
  make_database_file(options.path);
  // A log beside another of its names would be missing, with the writes that it holds.
  if (const auto links = hard_link_trouble(options.path); !links.empty()) throw UserError(links);
  try {
    impl_ = std::make_unique<Impl>(options);
  } catch (const SQLite::Exception& error) {
    // What can be seen from outside explains the failure better than SQLite's error does.
    const auto troubles = file_troubles(options.path);
    if (!troubles.empty()) throw UserError(troubles.front());
    const Complaint complaint = complaint_of(options.path, error);
    throw UserError(options.path + ": " + complaint.what + "; " + complaint.right);
  }
}

Storage::~Storage() = default;

void Storage::submit(WriteSource source, std::unique_ptr<Write> write) {
  impl_->writer.submit(source, std::move(write));
}

CommitListener Storage::listen(std::function<void(const Effects&)> listener) {
  return impl_->writer.listen(std::move(listener));
}

void Storage::on_broken(std::function<void()> callback) {
  impl_->writer.on_broken(std::move(callback));
}

std::uint64_t Storage::refused_writes() const {
  return impl_->writer.refused();
}

void Storage::run_read(const std::function<void(const Stores&)>& operation) {
  try {
    const ReadLease lease(impl_->readers);
    operation(lease.stores());
  } catch (const SQLite::Exception& error) {
    const Complaint complaint = complaint_of(impl_->path, error);
    impl_->note_failed_read("reading: " + complaint.what + " (" + error.what() + ")");
    throw StorageUnavailable(complaint.what);
  }
}

}  // namespace promotions
