// The entrants of a draw: read from the list while it is computed, and stored as the leaves of
// their tree, which stay when an entrant is erased.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "promotions/domain/sha256.h"

namespace promotions {

class DatabaseConnection;

// A verified subscriber of a list that was stopped.
struct ListedSubscriber {
  std::int64_t id = 0;
  std::int64_t ticket = 0;
  std::vector<unsigned char> nonce;
  std::string email_key;
  bool is_disqualified = false;
};

// Consecutive entrants; all chunks of a draw but the last hold kEntrants.
struct EntrantChunk {
  static constexpr std::size_t kEntrants = 1024;  // a power of two: merkle_tree.h

  std::int64_t number = 0;  // 0, 1, 2, …
  Hash root{};
  std::vector<std::int64_t> tickets;
  std::vector<Hash> leaves;
};

// One connection's view; not thread-safe. Functions that write are not const.
class EntrantStore {
 public:
  explicit EntrantStore(DatabaseConnection& connection) : connection_(connection) {}

  // In ascending order of tickets, those above `after`. Not erased ones.
  std::vector<ListedSubscriber> listed(std::int64_t campaign_id, std::int64_t after,
                                       int limit) const;

  std::optional<EntrantChunk> chunk(std::int64_t campaign_id, std::int64_t number) const;
  // The one in which a ticket would be.
  std::optional<EntrantChunk> chunk_of_ticket(std::int64_t campaign_id, std::int64_t ticket) const;
  std::vector<Hash> chunk_roots(std::int64_t campaign_id) const;  // in order

  void insert(std::int64_t campaign_id, const EntrantChunk& chunk);
  // Removes up to `limit` chunks; true: there may be more.
  bool remove_some(std::int64_t campaign_id, int limit);

 private:
  DatabaseConnection& connection_;
};

}  // namespace promotions
