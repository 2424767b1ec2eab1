// Reads campaigns from JSON and writes them as JSON. Private to api.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "promotions/base/json.h"
#include "promotions/http/problem.h"
#include "promotions/manager/campaigns.h"
#include "promotions/manager/draws.h"

namespace promotions {

// RFC 3339, or null.
OrderedJson time_json(const std::optional<Time>& time);

OrderedJson to_json(const CampaignView& view);

// The winners of a finished campaign, or its alternates if `winners` is false.
OrderedJson to_json(const FinishResult& result, bool winners);

struct NewCampaign {
  std::string slug;
  CampaignSettings settings;
};

// Reads a new campaign strictly: an unknown field, a wrong type or a value out of range is a
// problem, which names all such fields at once. Options that the body does not name come from
// `otherwise`.
std::variant<Problem, NewCampaign> parse_new_campaign(const Json& body,
                                                      const CampaignSettings& otherwise);

// The options that a PATCH names. Each value is valid by itself.
struct CampaignChanges {
  Json given;                 // the body
  CampaignSettings settings;  // holds the values of the options in `given`; all others mean nothing
};
// Reads the changes as strictly. `current` are the settings as memory knows them, since a value may
// depend on others.
std::variant<Problem, CampaignChanges> parse_campaign_changes(const Json& body,
                                                              const CampaignSettings& current);
// Applies the changes to the stored `settings`. It is quick, so it may run within a write. Returns
// a problem if the result makes no sense as a whole; `settings` must not be used then.
std::optional<Problem> apply(const CampaignChanges& changes, CampaignSettings& settings);

}  // namespace promotions
