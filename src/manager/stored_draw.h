// What a campaign publishes of its draw, put together from what is stored. Private to manager.
#pragma once

#include <optional>

#include "promotions/storage/storage.h"

namespace promotions {

// `draw` has a root: it was sealed by a program that publishes.
Seal stored_seal(const Campaign& campaign, const Draw& draw);

// The same, once it was drawn. Throws std::out_of_range if an entrant who was drawn is not in the
// list.
Transcript stored_transcript(const Stores& stores, const Campaign& campaign, const Draw& draw);

}  // namespace promotions
