#include "promotions/domain/prize.h"

#include "promotions/domain/transcript.h"

namespace promotions {

int count_together(const std::vector<Prize>& prizes) {
  int sum = 0;
  for (const Prize& prize : prizes) sum += prize.count;
  return sum;
}

const Prize* prize_at(const std::vector<Prize>& prizes, int place) {
  if (place < 1) return nullptr;
  for (const Prize& prize : prizes) {
    if (place <= prize.count) return &prize;
    place -= prize.count;
  }
  return nullptr;
}

int prize_place(int position, const std::vector<DrawEvent>& events) {
  // Backwards, because whoever lost the prize may have got it from somebody else before.
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (event->promoted == position) position = static_cast<int>(event->position);
  }
  return position;
}

}  // namespace promotions
