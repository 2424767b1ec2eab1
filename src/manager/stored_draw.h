// Builds what a campaign publishes of its draw from what is stored. Private to manager.
#pragma once

#include <optional>

#include "promotions/storage/storage.h"

namespace promotions {

// As a seal tells it: in whole seconds, none too few.
std::chrono::seconds sealed_delay(const CampaignSettings& settings);

// `draw` has a root: it was sealed by a program that publishes.
Seal stored_seal(const Campaign& campaign, const Draw& draw);

// `draw` must also have a seed: it is drawn. Throws std::out_of_range if an entrant who was drawn
// is not in the stored list, and std::runtime_error if the sealed terms are not stored.
Transcript stored_transcript(const Stores& stores, const Campaign& campaign, const Draw& draw);

}  // namespace promotions
