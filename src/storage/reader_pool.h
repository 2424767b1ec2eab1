// A pool of connections for reading. Private to storage.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "promotions/base/mutex.h"
#include "promotions/storage/storage.h"
#include "storage/database_connection.h"
#include "storage/open_files.h"

namespace promotions {

// One connection of the pool, with its stores. Used by one thread at a time.
class Reader {
 public:
  explicit Reader(const std::string& path) : connection_(path, DatabaseConnection::Mode::read) {}
  const Stores& stores() const { return stores_; }
  void begin() { connection_.execute("BEGIN"); }
  void end() { connection_.execute("COMMIT"); }

 private:
  DatabaseConnection connection_;
  Stores stores_{connection_};
};

// Thread-safe. Owns its connections and opens them when they are first needed. The one that was
// used last is used next, since its cache is warm.
class ReaderPool {
 public:
  // `path` must be that of the file itself, since a link may lead elsewhere later. `files` is
  // borrowed.
  ReaderPool(std::string path, int size, const OpenFiles& files)
      : path_(std::move(path)), files_(files), unopened_(size) {}

  // Waits for a free reader. If one must be opened, throws StorageUnavailable if the database's
  // files are not in place, and SQLite::Exception if that fails. Lent until it is given back.
  Reader* take();
  void give_back(Reader* reader);

 private:
  const std::string path_;
  const OpenFiles& files_;
  Mutex mutex_;
  ConditionVariable freed_;
  int unopened_ GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Reader>> opened_ GUARDED_BY(mutex_);
  std::vector<Reader*> free_ GUARDED_BY(mutex_);
};

// A reader of the pool with an open snapshot. The destructor ends the snapshot and gives the reader
// back.
class ReadLease {
 public:
  explicit ReadLease(ReaderPool& pool);
  ~ReadLease();
  ReadLease(const ReadLease&) = delete;
  ReadLease& operator=(const ReadLease&) = delete;
  const Stores& stores() const { return reader_->stores(); }

 private:
  ReaderPool& pool_;
  Reader* reader_;
};

}  // namespace promotions
