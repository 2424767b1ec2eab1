// Campaigns as JSON, in and out. Private to api.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "promotions/base/json.h"
#include "promotions/http/problem.h"
#include "promotions/manager/campaigns.h"

namespace promotions {

OrderedJson to_json(const CampaignView& view);

// Winners (or alternates) of a finished campaign.
OrderedJson to_json(const std::vector<Drawn>& drawn, bool winners);

struct NewCampaign {
  std::string slug;
  CampaignSettings settings;
};

// Strict: an unknown field, a wrong type or a value out of range is a problem that names the field;
// all of them are named at once. `otherwise`: what is not said.
std::variant<Problem, NewCampaign> parse_new_campaign(const Json& body,
                                                      const CampaignSettings& otherwise);

// What a PATCH names, each sound by itself.
struct CampaignChanges {
  Json given;
  CampaignSettings settings;  // the values of what is named; the others mean nothing
};
// `current`: what a value may depend on, as memory knows it.
std::variant<Problem, CampaignChanges> parse_campaign_changes(const Json& body,
                                                              const CampaignSettings& current);
// Applies them to what is stored: quick, and so a part of the write. A problem: together they make
// no sense, and `settings` are not to be used.
std::optional<Problem> apply(const CampaignChanges& changes, CampaignSettings& settings);

}  // namespace promotions
