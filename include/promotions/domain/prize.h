// What can be won in a campaign. domain/prizes.h says who holds a prize after the draw.
//
// All functions are pure and thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "promotions/domain/translated_text.h"

namespace promotions {

struct DrawEvent;  // domain/transcript.h

// One line of the list of prizes: `count` winners get the same.
struct Prize {
  TranslatedText name;     // never empty
  std::int64_t count = 1;  // at least 1
  TranslatedText value{};  // "80 €"; may be empty
  friend bool operator==(const Prize&, const Prize&) = default;
};

// The sum of the counts: how many winners the prizes are for. A sum above 2^62, as only a false
// record can have, counts as 2^62: no draw has so many winners.
std::int64_t count_together(const std::vector<Prize>& prizes);

// The prize of the winner at position `place` (1, 2, 3, …): winners take the prizes in the order of
// the list, `count` of each. Null if none is listed for that place. The result points into
// `prizes`.
const Prize* prize_at(const std::vector<Prize>& prizes, std::int64_t place);

// The place of the prize that `position` holds after `events`: its own place, or, for an alternate
// to whom a prize passed on, the place of the first winner of that prize.
std::int64_t prize_place(std::int64_t position, const std::vector<DrawEvent>& events);

}  // namespace promotions
