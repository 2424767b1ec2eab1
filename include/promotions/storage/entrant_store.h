// The entrants of a draw. They are read from the list while the tree's root is computed, and stored
// by their tickets and keys, from which the leaves of that tree follow. Both stay when an entrant
// is erased.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "promotions/domain/sha256.h"

namespace promotions {

class DatabaseConnection;

// A verified subscriber on a list that was stopped.
struct ListedSubscriber {
  std::int64_t id = 0;
  std::int64_t ticket = 0;
  std::vector<unsigned char> nonce;
  std::string email_key;
  bool is_disqualified = false;
};

// Consecutive entrants. All chunks of a draw but the last hold kEntrants.
struct EntrantChunk {
  static constexpr std::size_t kEntrants = 1024;  // a power of two: merkle_tree.h

  std::int64_t number = 0;  // 0, 1, 2, …
  Hash root{};
  std::vector<std::int64_t> tickets;
  std::vector<Hash> keys;  // entrant_key() of each

  Hash leaf(std::size_t place) const;  // throws std::out_of_range if nobody is at that place
  std::vector<Hash> leaves() const;
};

// Works on a borrowed connection; not thread-safe. Functions that write are not const. For errors
// see Stores (storage.h).
class EntrantStore {
 public:
  explicit EntrantStore(DatabaseConnection& connection) : connection_(connection) {}

  // Up to `limit` subscribers with tickets above `after`, in ascending order of tickets. Leaves out
  // erased ones.
  std::vector<ListedSubscriber> listed(std::int64_t campaign_id, std::int64_t after,
                                       int limit) const;

  std::optional<EntrantChunk> chunk(std::int64_t campaign_id, std::int64_t number) const;
  // The chunk that would hold the ticket; the caller must look whether it does.
  std::optional<EntrantChunk> chunk_of_ticket(std::int64_t campaign_id, std::int64_t ticket) const;
  std::vector<Hash> chunk_roots(std::int64_t campaign_id) const;  // in order

  void insert(std::int64_t campaign_id, const EntrantChunk& chunk);
  // Removes up to `limit` chunks. Returns true if there may be more.
  bool remove_some(std::int64_t campaign_id, int limit);

 private:
  DatabaseConnection& connection_;
};

}  // namespace promotions
