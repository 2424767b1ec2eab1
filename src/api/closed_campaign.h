// The answers of a campaign that takes no entries now. Private to api.
#pragma once

#include <string>

#include "api/participant_page.h"
#include "promotions/http/answer.h"
#include "promotions/manager/campaigns.h"

namespace promotions {

enum class ClosedBecause { not_yet, over };

// The problem `campaign_not_open`, with the campaign's times and the reason.
Problem campaign_not_open(const Campaign& campaign, ClosedBecause reason, std::string detail);

// The same with a page that shows the times in the campaign's time zone. The campaign of the
// visitor must not be null.
Answer refuse_closed(const Visitor& visitor, ClosedBecause reason);

}  // namespace promotions
