// The flags of `campaign create` and `campaign update`: one or more for each option of a campaign,
// and what was given of them as JSON. Private to cli.
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

  // Adds SLUG and the flags to `command`. It borrows this object, which is filled when the command
  // line is read.
  void add_to(CLI::App& command, For purpose);

  const std::string& slug() const { return slug_; }

  // As the API takes it, without the slug and without what was not given. Throws UserError for a
  // file that is no JSON.
  OrderedJson to_json() const;

 private:
  void add_option(CLI::App& command, const CampaignOption& option, For purpose);

  std::string slug_;
  std::map<std::string, std::vector<std::string>> given_;  // by flag; without words: not given
};

}  // namespace promotions
