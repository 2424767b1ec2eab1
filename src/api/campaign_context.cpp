#include "api/campaign_context.h"

#include "promotions/domain/email_address.h"

namespace promotions {

Json campaign_context(const Campaign& campaign) {
  const CampaignSettings& settings = campaign.settings;
  Json context = {{"name", settings.name}, {"slug", campaign.slug}};
  const bool has_rules = !settings.rules.empty() || !settings.rules_url.empty();
  const bool has_terms = has_rules || !settings.privacy_url.empty();
  context["organizer"] = settings.organizer;
  context["contact_email"] = settings.contact_email;
  context["contact_shown"] = shown_address(settings.contact_email);
  context["privacy_url"] = settings.privacy_url;
  context["rules_here"] = !settings.rules.empty();
  context["rules_url"] = settings.rules_url;
  context["has_rules"] = has_rules;
  context["has_terms"] = has_terms;
  context["has_foot"] = has_terms || !settings.organizer.empty() || !settings.contact_email.empty();
  if (campaign.finished_at) context["drawn"] = true;
  return context;
}

Json prizes_context(const Campaign& campaign, Locale locale) {
  const Locale own = Locale::of(campaign.settings.locale);
  Json list = Json::array();
  for (const Prize& prize : campaign.settings.prizes) {
    list.push_back({{"name", prize.name.in(locale, own)},
                    {"value", prize.value.in(locale, own)},
                    {"count", prize.count},
                    {"several", prize.count > 1}});
  }
  return list;
}

}  // namespace promotions
