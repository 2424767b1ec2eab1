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

// The connection that writes, migrated and in WAL mode.
std::unique_ptr<DatabaseConnection> open_for_writing(const std::string& path) {
  const mode_t mask = ::umask(077);  // the file holds addresses: for its owner only
  std::unique_ptr<DatabaseConnection> connection;
  try {
    connection = std::make_unique<DatabaseConnection>(path, DatabaseConnection::Mode::write);
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

}  // namespace

Stores::Stores(DatabaseConnection& connection, AddressIndex* addresses)
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
  // The log of another name would be missing, and what is in it.
  if (const auto links = hard_link_trouble(options.path); !links.empty()) throw UserError(links);
  try {
    impl_ = std::make_unique<Impl>(options);
  } catch (const SQLite::Exception& error) {
    // What can be seen from outside is the better reason.
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
