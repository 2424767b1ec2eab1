// A campaign's settings as they are stored: a JSON object with a member for each option. Times and
// durations are milliseconds, as everywhere in the database; the rest is what the API shows.
//
// It outlasts programs. A member that is missing is the default: the option came later. Members
// that this program does not know are of a newer one, and stay through its changes.
#pragma once

#include <string>
#include <string_view>

#include "promotions/domain/campaign.h"

namespace promotions {

std::string to_stored(const CampaignSettings& settings);

// Nothing is checked that the program checked which wrote it: zones, languages and bounds may be
// others since. Throws std::invalid_argument, which names the option, for what no value of it can
// be made of.
CampaignSettings from_stored(std::string_view stored);

// What is to be stored instead of `stored` after a change to `settings`. Options that are the same
// keep the form that they have. Throws as from_stored() does.
std::string changed_stored(std::string_view stored, const CampaignSettings& settings);

}  // namespace promotions
