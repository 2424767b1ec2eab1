// Builds what a campaign publishes of its draw from what is stored. Private to manager.
#pragma once

#include <optional>

#include "promotions/storage/storage.h"

namespace promotions {

// `draw` must have a root: draws by versions that did not publish seals have none.
Seal stored_seal(const Campaign& campaign, const Draw& draw);

// `draw` must also have a seed: it is drawn. Throws std::out_of_range if an entrant who was drawn
// is not in the stored list.
Transcript stored_transcript(const Stores& stores, const Campaign& campaign, const Draw& draw);

}  // namespace promotions
