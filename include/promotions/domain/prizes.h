// Tracks who has a prize: from the draw on, through all later disqualifications.
#pragma once

#include <optional>
#include <set>

namespace promotions {

// Positions are those of the draw: 1, 2, 3, …, winners first, then alternates. Not thread-safe.
class Prizes {
 public:
  // Starts with `drawn` entries, of which the first `winners` have a prize.
  Prizes(int winners, int drawn);

  bool has(int position) const { return holders_.contains(position); }
  // Was it drawn and not disqualified yet?
  bool may_be_disqualified(int position) const {
    return has(position) || waiting_.contains(position);
  }

  // Disqualifies `position`. If it had a prize, the first waiting alternate gets that prize.
  // Returns the position of that alternate; nullopt if there was no prize to pass on or nobody to
  // get it.
  std::optional<int> disqualify(int position);

 private:
  std::set<int> holders_;
  std::set<int> waiting_;  // alternates without a prize so far
};

}  // namespace promotions
