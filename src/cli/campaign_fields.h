// What `campaign create` and `campaign update` set, from options to JSON. Private to cli.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "promotions/base/json.h"

namespace promotions {

// A field that was not given is not sent.
struct CampaignFields {
  std::string slug;
  std::optional<std::string> name, description, admin_email, locale, time_zone, opens_at, closes_at,
      verification, duplicates, aliases, token_ttl, templates_file;
  std::optional<int> winners, alternates;
  std::optional<std::string> beacon, beacon_source, beacon_chain, draw_delay, claim_within;
  std::vector<std::string> witnesses, exclusions;
  std::optional<bool> notify_not_drawn;
};

// `fields` is borrowed, and filled when the command line is read. `required`: a name and an address
// must be given.
void add_campaign_fields(CLI::App& command, CampaignFields& fields, bool required);

// As the API takes them, without the slug. Throws UserError for a file that is no JSON.
OrderedJson to_json(const CampaignFields& fields);

}  // namespace promotions
