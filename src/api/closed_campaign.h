// What is answered where a campaign takes no entries now. Private to api.
#pragma once

#include <string>

#include "api/participant_page.h"
#include "promotions/http/answer.h"
#include "promotions/manager/campaigns.h"

namespace promotions {

enum class ClosedBecause { not_yet, over };

// `campaign_not_open`, with its times and the reason.
Problem campaign_not_open(const Campaign& campaign, ClosedBecause reason, std::string detail);

// The same with a page that says when, in the campaign's zone. The visitor's campaign is known.
Answer refuse_closed(const Visitor& visitor, ClosedBecause reason);

}  // namespace promotions
