// The data of a sign-up, in the form in which a mail shows it to the person who is to confirm it.
// Private to jobs.
#pragma once

#include <string>

#include "promotions/base/json.h"
#include "promotions/domain/campaign.h"
#include "promotions/domain/locale.h"

namespace promotions {

// Returns a list of {name, value}. Both are texts of one line, because anybody can sign up any
// address: what they give must not look like a part of the mail. Empty values are left out. Where
// the campaign has fields, they come in their order, with their labels and those of their choices.
Json given_list(const std::string& data, const CampaignSettings& settings, Locale locale);

}  // namespace promotions
