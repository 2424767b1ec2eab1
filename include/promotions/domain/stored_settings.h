// The stored form of a campaign's settings: a JSON object with a member for each option. Times and
// durations are in milliseconds, as everywhere in the database; all else has the form of the API.
//
// Older and newer programs may read it. A missing member means that the option was added later and
// has its default. Unknown members come from a newer program, and are kept when settings change.
// Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "promotions/domain/campaign.h"

namespace promotions {

std::string to_stored(const CampaignSettings& settings);

// Does not repeat the checks of the program that wrote it, because zones, languages and bounds may
// have changed since. Throws std::invalid_argument if a member cannot be a value of its option; the
// message names the option.
CampaignSettings from_stored(std::string_view stored);

// The text to store in place of `stored` when the settings have become `settings`. Options that did
// not change keep their stored form. Throws like from_stored().
std::string changed_stored(std::string_view stored, const CampaignSettings& settings);

}  // namespace promotions
