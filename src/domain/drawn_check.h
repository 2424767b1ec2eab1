// The parts of checking a draw that are about who was drawn, and what came of it. Private to
// domain. Each function returns what is wrong, "drawn[2].index: expected 17, found 18" each.
#pragma once

#include <string>
#include <vector>

#include "domain/leaf_list.h"
#include "promotions/domain/draw_check.h"
#include "promotions/domain/transcript.h"

namespace promotions {

using Wrongs = std::vector<std::string>;

// `field`: expected …, found ….
std::string mismatch(const std::string& field, const std::string& expected,
                     const std::string& found);

// How many are drawn: min(entrants, winners + alternates).
std::uint64_t drawn_count(const Seal& seal);

// Positions, roles and indices are those that follow from seed and seal; tickets are possible.
Wrongs check_drawn(const Transcript& transcript);

// The leaf of each is that of the list.
Wrongs check_drawn_leaves(const Transcript& transcript, const LeafList& list);

// Whoever was disqualified had a prize, and it went to the first alternate without one so far.
Wrongs check_events(const Transcript& transcript);

// The receipt's leaf is in the list, once, and what was drawn for it has its ticket. `verdict`:
// what became of it.
Wrongs check_receipt(const Transcript& transcript, const LeafList& list, const Receipt& receipt,
                     std::string& verdict);

}  // namespace promotions
