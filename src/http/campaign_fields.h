// What can be set of a campaign, field by field. Private to http.
#pragma once

#include <string_view>

#include "http/body.h"
#include "promotions/base/json.h"
#include "promotions/domain/campaign.h"

namespace promotions {

// Sets the field called `name`, or notes what is wrong with its value. False if there is none of
// that name.
bool read_campaign_field(FieldReader& errors, std::string_view name, const Json& value,
                         CampaignSettings& settings);

// Takes over one field, if there is one of that name.
void copy_campaign_field(std::string_view name, const CampaignSettings& from, CampaignSettings& to);

}  // namespace promotions
