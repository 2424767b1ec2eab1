// Who has a prize, from the draw through all that happened since.
#pragma once

#include <optional>
#include <set>

namespace promotions {

// Positions are those of the draw: 1, 2, 3, …, winners first, then alternates.
class Prizes {
 public:
  // `drawn` entries of which the first `winners` got a prize.
  Prizes(int winners, int drawn);

  bool has(int position) const { return holders_.contains(position); }
  // Drawn, and not disqualified yet?
  bool may_be_disqualified(int position) const {
    return has(position) || waiting_.contains(position);
  }

  // Takes out `position`, which may be. If it had a prize, the first alternate that waits gets it:
  // which one, if any.
  std::optional<int> disqualify(int position);

 private:
  std::set<int> holders_;
  std::set<int> waiting_;  // alternates without a prize so far
};

}  // namespace promotions
