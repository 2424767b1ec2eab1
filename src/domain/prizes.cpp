#include "promotions/domain/prizes.h"

namespace promotions {

Prizes::Prizes(int winners, int drawn) {
  for (int position = 1; position <= drawn; ++position) {
    (position <= winners ? holders_ : waiting_).insert(position);
  }
}

std::optional<int> Prizes::disqualify(int position) {
  waiting_.erase(position);
  if (holders_.erase(position) == 0 || waiting_.empty()) return std::nullopt;
  return *holders_.insert(waiting_.extract(waiting_.begin()).value()).first;
}

}  // namespace promotions
