// Writes whose moment a test decides.
#pragma once

#include <future>
#include <latch>
#include <memory>
#include <utility>

#include "promotions/storage/storage.h"

namespace promotions {

// A write under way, whose end a test waits for.
class Handed {
 public:
  template <typename F>
  Handed(Storage& storage, F operation, WriteSource source = WriteSource::others,
         std::size_t bytes = 256) {
    storage.write_later(
        source, bytes,
        [operation = std::move(operation)](Stores& stores) {
          operation(stores);
          return true;
        },
        [end = end_](Completion<bool> completion) { end->set_value(std::move(completion)); });
  }

  // Throws what the write ended with.
  void wait() { end_->get_future().get().take(); }

 private:
  std::shared_ptr<std::promise<Completion<bool>>> end_ =
      std::make_shared<std::promise<Completion<bool>>>();
};

// Keeps the writer busy, so that what is submitted meanwhile waits together.
class Blocker {
 public:
  explicit Blocker(Storage& storage)
      : write_(storage, [this](Stores&) {
          begun_.count_down();
          go_.wait();
        }) {
    begun_.wait();
  }
  ~Blocker() { release(); }
  Blocker(const Blocker&) = delete;
  Blocker& operator=(const Blocker&) = delete;

  void release() {
    if (std::exchange(released_, true)) return;
    go_.count_down();
    write_.wait();
  }

 private:
  std::latch begun_{1};
  std::latch go_{1};
  bool released_ = false;
  Handed write_;
};

}  // namespace promotions
