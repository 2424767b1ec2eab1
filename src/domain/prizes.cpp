#include "promotions/domain/prizes.h"

namespace promotions {

Prizes::Prizes(std::int64_t winners, std::int64_t drawn) {
  for (std::int64_t position = 1; position <= drawn; ++position) {
    (position <= winners ? holders_ : waiting_).insert(position);
  }
}

std::optional<std::int64_t> Prizes::disqualify(std::int64_t position) {
  waiting_.erase(position);
  if (holders_.erase(position) == 0 || waiting_.empty()) return std::nullopt;
  return *holders_.insert(waiting_.extract(waiting_.begin()).value()).first;
}

}  // namespace promotions
