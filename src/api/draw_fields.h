// The fields of a campaign that say how its draw goes and who hears of it. Private to api.
#pragma once

#include "promotions/base/json.h"
#include "promotions/domain/campaign.h"
#include "promotions/http/body.h"

namespace promotions {

// Each sets its field, or notes what is wrong with the value; of a list every wrong element is
// named, as "witnesses[3]".
void read_beacon(FieldReader& errors, const Json& value, CampaignSettings& settings);
void read_draw_delay(FieldReader& errors, const Json& value, CampaignSettings& settings);
void read_claim_within(FieldReader& errors, const Json& value, CampaignSettings& settings);
void read_witnesses(FieldReader& errors, const Json& value, CampaignSettings& settings);
void read_exclusions(FieldReader& errors, const Json& value, CampaignSettings& settings);

}  // namespace promotions
