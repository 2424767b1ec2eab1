// The flags of `campaign create` and `campaign update`: one or more for each option of a campaign.
// Converts those that were given to JSON. Private to cli.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/command.h"
#include "promotions/base/json.h"

namespace promotions {

struct CampaignOption;

class CampaignFlags {
 public:
  enum class For { create, update };

  // Adds SLUG and the flags to `command`, which borrows this object and fills it when the command
  // line is parsed.
  void add_to(CLI::App& command, For purpose);

  const std::string& slug() const { return slug_; }

  // What was given, in the form that the API expects, without the slug. Throws UserError for a file
  // that cannot be read or is not JSON.
  OrderedJson to_json() const;

 private:
  void add_option(CLI::App& command, const CampaignOption& option, For purpose);

  std::string slug_;
  std::map<std::string, std::vector<std::string>> given_;  // by flag; no words: not given
};

}  // namespace promotions
