// The checks of a draw that are about who was drawn and what happened afterwards. Private to
// domain. Each function returns a list of mistakes like "drawn[2].index: expected 17, found 18".
#pragma once

#include <string>
#include <vector>

#include "domain/leaf_list.h"
#include "promotions/domain/draw_check.h"
#include "promotions/domain/transcript.h"

namespace promotions {

using Wrongs = std::vector<std::string>;

// "FIELD: expected …, found …"
std::string mismatch(const std::string& field, const std::string& expected,
                     const std::string& found);

// Positions, roles and indices are those that follow from seed and seal; leaves follow from tickets
// and keys; tickets are possible.
Wrongs check_drawn(const Transcript& transcript);

// Checks that each leaf is the one in the list.
Wrongs check_drawn_leaves(const Transcript& transcript, const LeafList& list);

// Checks that each event is about somebody who was drawn and not disqualified before, that a prize
// went to the first waiting alternate, and that none is older than the seal.
Wrongs check_events(const Transcript& transcript);

// Checks that the receipt's leaf is in the list exactly once, and that the entry drawn for it, if
// any, has its ticket. Sets `verdict` to what became of the entrant.
Wrongs check_receipt(const Transcript& transcript, const LeafList& list, const Receipt& receipt,
                     std::string& verdict);

}  // namespace promotions
