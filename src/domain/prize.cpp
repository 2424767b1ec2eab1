#include "promotions/domain/prize.h"

#include <algorithm>

#include "promotions/domain/transcript.h"

namespace promotions {

std::int64_t count_together(const std::vector<Prize>& prizes) {
  constexpr std::int64_t kMost = std::int64_t{1} << 62;
  std::int64_t sum = 0;
  for (const Prize& prize : prizes) sum = std::min(sum + prize.count, kMost);
  return sum;
}

const Prize* prize_at(const std::vector<Prize>& prizes, std::int64_t place) {
  if (place < 1) return nullptr;
  for (const Prize& prize : prizes) {
    if (place <= prize.count) return &prize;
    place -= prize.count;
  }
  return nullptr;
}

std::int64_t prize_place(std::int64_t position, const std::vector<DrawEvent>& events) {
  // Backwards, because whoever lost the prize may have got it from somebody else before.
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (event->promoted == position) position = event->position;
  }
  return position;
}

}  // namespace promotions
