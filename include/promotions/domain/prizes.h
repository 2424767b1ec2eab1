// Tracks who has a prize: from the draw on, through all later disqualifications.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

namespace promotions {

// Positions are those of the draw: 1, 2, 3, …, winners first, then alternates. Not thread-safe.
class Prizes {
 public:
  // Starts with `drawn` entries, of which the first `winners` have a prize.
  Prizes(std::int64_t winners, std::int64_t drawn);

  bool has(std::int64_t position) const { return holders_.contains(position); }
  // Is it an alternate who has had no prize so far, and may still get one?
  bool waits(std::int64_t position) const { return waiting_.contains(position); }
  // Was it drawn and not disqualified yet?
  bool may_be_disqualified(std::int64_t position) const { return has(position) || waits(position); }

  // Disqualifies `position`. If it had a prize, the first waiting alternate gets that prize.
  // Returns the position of that alternate; nullopt if there was no prize to pass on or nobody to
  // get it.
  std::optional<std::int64_t> disqualify(std::int64_t position);

 private:
  std::set<std::int64_t> holders_;
  std::set<std::int64_t> waiting_;
};

}  // namespace promotions
