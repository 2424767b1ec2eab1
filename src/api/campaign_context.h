// What pages say about a campaign, whatever else they say. Private to api.
#pragma once

#include <vector>

#include "promotions/base/json.h"
#include "promotions/domain/campaign.h"
#include "promotions/domain/locale.h"

namespace promotions {

// Returns the member `campaign` of a page's context: its name, and who organises it.
Json campaign_context(const Campaign& campaign);

// What can be won, in the reader's language: a list of {name, value, count, several}.
Json prizes_context(const Campaign& campaign, Locale locale);

}  // namespace promotions
