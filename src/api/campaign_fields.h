// What can be set of a campaign, field by field. Private to api.
#pragma once

#include <string_view>

#include "promotions/base/json.h"
#include "promotions/domain/campaign.h"
#include "promotions/http/body.h"

namespace promotions {

// Sets the field called `name`, or notes what is wrong with its value. False if there is none of
// that name.
bool read_campaign_field(FieldReader& errors, std::string_view name, const Json& value,
                         CampaignSettings& settings);

// Makes the change of one field to what is stored, if there is one of that name: `given` is its
// value, which read_campaign_field() took into `read`. Of `templates` only what is named changes;
// any other field is replaced. Quick: nothing is checked or parsed.
void change_campaign_field(std::string_view name, const Json& given, const CampaignSettings& read,
                           CampaignSettings& stored);

}  // namespace promotions
