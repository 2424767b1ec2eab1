// What is answered where a campaign takes no entries now. Private to http.
#pragma once

#include <string>

#include "http/answer.h"
#include "promotions/manager/campaign_manager.h"

namespace promotions {

enum class ClosedBecause { not_yet, over };

// `campaign_not_open`, with its times and the reason.
Problem campaign_not_open(const Campaign& campaign, ClosedBecause reason, std::string detail);

// The same with a page that says when, in the campaign's zone and language.
Answer refuse_closed(const CampaignPtr& campaign, ClosedBecause reason);

}  // namespace promotions
