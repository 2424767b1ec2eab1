#include "api/closed_campaign.h"

#include "promotions/base/time_text.h"
#include "promotions/render/local_text.h"

namespace promotions {
namespace {

OrderedJson or_null(const std::optional<Time>& time) {
  return time ? OrderedJson(to_rfc3339(*time)) : OrderedJson(nullptr);
}

std::string text_of(const std::optional<Time>& time, const Visitor& visitor, Locale locale) {
  if (!time) return {};
  return to_local_text(*time, visitor.campaign->settings.time_zone, locale);
}

// When the campaign took its last entry: at its closing time, or earlier if it was finished by
// hand.
std::optional<Time> end_of(const Campaign& campaign) {
  const auto& closes_at = campaign.settings.closes_at;
  if (campaign.finishing_at && (!closes_at || *campaign.finishing_at < *closes_at)) {
    return campaign.finishing_at;
  }
  return closes_at;
}

}  // namespace

Problem campaign_not_open(const Campaign& campaign, ClosedBecause reason, std::string detail) {
  Problem problem{ProblemCode::campaign_not_open, std::move(detail)};
  problem.members = {{"opens_at", or_null(campaign.settings.opens_at)},
                     {"closes_at", or_null(campaign.settings.closes_at)},
                     {"reason", reason == ClosedBecause::not_yet ? "not_yet" : "over"}};
  return problem;
}

Answer refuse_closed(const Visitor& visitor, ClosedBecause reason) {
  const Campaign& campaign = *visitor.campaign;
  if (reason == ClosedBecause::not_yet) {
    return refuse(campaign_not_open(campaign, reason, "the campaign has not opened yet"),
                  page_of(Page::campaign_not_yet, visitor, [visitor](Locale locale) {
                    const CampaignSettings& settings = visitor.campaign->settings;
                    return Json{{"opens_at", text_of(settings.opens_at, visitor, locale)},
                                {"closes_at", text_of(settings.closes_at, visitor, locale)}};
                  }));
  }
  return refuse(campaign_not_open(campaign, reason, "the campaign takes no entries any more"),
                page_of(Page::campaign_over, visitor, [visitor](Locale locale) {
                  return Json{{"ended_at", text_of(end_of(*visitor.campaign), visitor, locale)}};
                }));
}

}  // namespace promotions
