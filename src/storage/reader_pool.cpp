#include "storage/reader_pool.h"

namespace promotions {

Reader* ReaderPool::take() {
  MutexLock lock(mutex_);
  freed_.wait(lock, [this]() REQUIRES(mutex_) { return !free_.empty() || unopened_ > 0; });
  if (free_.empty()) {
    // If another file has the name now, SQLite would take our log for that file's own.
    if (const auto trouble = files_.trouble()) throw StorageUnavailable(trouble->complaint.what);
    opened_.push_back(std::make_unique<Reader>(path_));
    --unopened_;
    return opened_.back().get();
  }
  Reader* reader = free_.back();
  free_.pop_back();
  return reader;
}

void ReaderPool::give_back(Reader* reader) {
  {
    const MutexLock lock(mutex_);
    free_.push_back(reader);
  }
  freed_.notify_one();
}

ReadLease::ReadLease(ReaderPool& pool) : pool_(pool), reader_(pool.take()) {
  try {
    reader_->begin();
  } catch (...) {  // the destructor will not run
    pool_.give_back(reader_);
    throw;
  }
}

ReadLease::~ReadLease() {
  try {
    reader_->end();
  } catch (const std::exception&) {  // nothing was written; the next BEGIN reports the trouble
  }
  pool_.give_back(reader_);
}

}  // namespace promotions
