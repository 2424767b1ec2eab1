// Loads verified addresses from the database into KnownAddresses after a start. Pending ones are
// not worth it: they are settled for some minutes only. Private to manager.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "manager/known_addresses.h"
#include "promotions/storage/storage.h"

namespace promotions {

// Reads up to `limit` registrations with ids below `before`, newest first. Called on the loader's
// thread.
using RegistrationSource = std::function<std::vector<Registration>(std::int64_t before, int limit)>;

RegistrationSource registrations_of(Storage& storage);

struct AddressLoaderOptions {
  int rows_at_once = 500;  // a snapshot of a millisecond or two: the log does not grow for it
};

// Owns one thread, with the lowest priority so that requests go first. The thread ends when all is
// loaded, when memory is full, or when the source throws. An error is only logged, because the
// program works without this memory.
//
// start() and stop() must not run at the same time.
class AddressLoader {
 public:
  AddressLoader(KnownAddresses& known, RegistrationSource source,
                AddressLoaderOptions options = {});
  ~AddressLoader();  // stop()

  void start();  // call it once
  // Waits for the read that is under way; no other one begins. May be called twice, and without
  // start().
  void stop();

 private:
  void run();
  void load();
  KnownAddresses::AddOutcome add(const std::vector<Registration>& rows, std::uint64_t forgotten,
                                 std::size_t& loaded);

  KnownAddresses& known_;
  const RegistrationSource source_;
  const AddressLoaderOptions options_;

  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace promotions
