// Builds what a campaign publishes of its draw from what is stored. Private to manager.
#pragma once

#include <optional>

#include "promotions/storage/storage.h"

namespace promotions {

// The terms in force: as long as there are no others, the first ones of the campaign's settings,
// which do not change once the list is stopped.
Terms stored_terms(const Campaign& campaign);

// As a seal tells it: in whole seconds, none too few.
std::chrono::seconds sealed_delay(const CampaignSettings& settings);

// `draw` has a root: it was sealed by a program that publishes.
Seal stored_seal(const Campaign& campaign, const Draw& draw);

// `draw` must also have a seed: it is drawn. Throws std::out_of_range if an entrant who was drawn
// is not in the stored list.
Transcript stored_transcript(const Stores& stores, const Campaign& campaign, const Draw& draw);

}  // namespace promotions
