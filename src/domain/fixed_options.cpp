#include "promotions/domain/fixed_options.h"

#include <vector>

#include "promotions/domain/campaign_options.h"

namespace promotions {
namespace {

bool is_fixed(const CampaignOption& option, Stage stage, const CampaignSettings& before) {
  if (stage == Stage::announced) return false;
  switch (option.fixed) {
    case Fixed::never:
      return false;
    case Fixed::once_stopped:
      return stage == Stage::stopped;
    case Fixed::once_open_without_prizes:
      return stage == Stage::stopped || before.prizes.empty();
    case Fixed::once_open:
      return true;
  }
  return true;
}

bool is_promise(const CampaignOption& option) {
  return option.is_term || option.fixed == Fixed::once_open ||
         option.fixed == Fixed::once_open_without_prizes;
}

// "a, b and c"
std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) list += i + 1 < names.size() ? ", " : " and ";
    list += names[i];
  }
  return list;
}

}  // namespace

FixedChange fixed_change(Stage stage, const CampaignSettings& before,
                         const CampaignSettings& after) {
  FixedChange result;
  std::vector<std::string> names;
  for (const CampaignOption& option : campaign_options()) {
    if (option.value->is_same(before, after) || !is_fixed(option, stage, before)) continue;
    names.push_back(option.name);
    result.is_promise = result.is_promise || is_promise(option);
  }
  if (!names.empty()) {
    result.why = listed(names) + " cannot change once " +
                 (stage == Stage::stopped ? "the list is stopped: the draw depends on it"
                                          : "the campaign is open: people sign up knowing it");
  } else if (stage == Stage::open && !before.prizes.empty() && after.prizes.empty()) {
    // A list may change in public, but people were promised that there is one.
    result = {"prizes cannot be taken away once the campaign is open: list others instead", true};
  }
  return result;
}

}  // namespace promotions
