// Connections for reading. Private to storage.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "promotions/base/mutex.h"
#include "promotions/storage/storage.h"
#include "storage/database_connection.h"
#include "storage/open_files.h"

namespace promotions {

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

// Thread-safe. Connections are opened when they are first needed; the last one used is used first.
class ReaderPool {
 public:
  // `path`: of the file itself, since a link may lead elsewhere later. `files` is borrowed.
  ReaderPool(std::string path, int size, const OpenFiles& files)
      : path_(std::move(path)), files_(files), unopened_(size) {}

  // Waits for a free one. Throws StorageUnavailable if one must be opened and cannot be.
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

// A reader of the pool with its snapshot, given back when it goes.
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
