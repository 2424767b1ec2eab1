// What the database knows of itself: its secret, and switches that survive a restart.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "promotions/base/clock.h"
#include "promotions/base/short_hash.h"

namespace promotions {

class DatabaseConnection;

// One connection's view; not thread-safe. Functions that write are not const.
class SettingsStore {
 public:
  explicit SettingsStore(DatabaseConnection& connection) : connection_(connection) {}

  std::optional<std::array<unsigned char, 32>> secret() const;
  void set_secret(std::span<const unsigned char, 32> secret);

  bool is_queue_paused() const;
  void set_queue_paused(bool paused);

  // Of the index of addresses: the key of its hash, and the last subscriber who is in its table.
  std::optional<ShortHashKey> address_key() const;
  void set_address_key(const ShortHashKey& key);
  std::int64_t addresses_indexed() const;
  void set_addresses_indexed(std::int64_t subscriber_id);

  // A write for its own sake: shows that the database can commit what a sign-up adds. That is seven
  // pages, of 4 KiB, in the log; nine with the longest data.
  static constexpr std::size_t kProbeBytes = 40'000;
  void mark_ready(Time now);
  // A small write that nobody sees: makes a sign-up that changes nothing cost what others do.
  // SQLite commits nothing for a row that stays as it was.
  void touch();

 private:
  DatabaseConnection& connection_;
};

}  // namespace promotions
