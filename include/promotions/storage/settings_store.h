// Values that belong to the database as a whole: its secret, and switches that survive a restart.
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

// Works on a borrowed connection; not thread-safe. Functions that write are not const. For errors
// see Stores (storage.h).
class SettingsStore {
 public:
  explicit SettingsStore(DatabaseConnection& connection) : connection_(connection) {}

  std::optional<std::array<unsigned char, 32>> secret() const;
  void set_secret(std::span<const unsigned char, 32> secret);

  bool is_queue_paused() const;
  void set_queue_paused(bool paused);

  // For the address index: the key of its hash, and the id of the last subscriber in its table (0:
  // none).
  std::optional<ShortHashKey> address_key() const;
  void set_address_key(const ShortHashKey& key);
  std::int64_t addresses_indexed() const;
  void set_addresses_indexed(std::int64_t subscriber_id);

  // mark_ready() writes so many bytes to show that the database can commit as much as a sign-up
  // adds: seven pages of 4 KiB in the log, or nine with the longest data.
  static constexpr std::size_t kProbeBytes = 40'000;
  void mark_ready(Time now);
  // Makes a small write that nobody sees, so that a sign-up which changes nothing costs what others
  // cost. It writes a random value, since SQLite commits nothing for a row that stays as it was.
  void touch();

 private:
  DatabaseConnection& connection_;
};

}  // namespace promotions
