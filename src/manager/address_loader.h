// Fills the memory of known addresses from the database after a start: with those that are
// verified, since a pending one is settled for some minutes only. Private to manager.
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

// Owns one thread of the lowest priority: requests go first. It ends by itself once all is loaded,
// memory is full, or the source throws, which is logged: this memory is only a help.
//
// start() and stop() are for one thread at a time.
class AddressLoader {
 public:
  AddressLoader(KnownAddresses& known, RegistrationSource source,
                AddressLoaderOptions options = {});
  ~AddressLoader();  // stop()

  void start();  // once
  // Waits for a read that is under way, and does not begin another. May be called twice, and
  // without start().
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
