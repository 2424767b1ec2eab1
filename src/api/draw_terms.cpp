// The part of DrawEndpoints about what a campaign promises: all versions of its terms, and its
// rules.
#include <algorithm>

#include "api/draw_endpoints.h"
#include "api/paging.h"
#include "api/participant_page.h"
#include "promotions/base/encoding.h"
#include "promotions/base/time_text.h"
#include "promotions/render/local_text.h"

namespace promotions {
namespace {

// What the page of the rules needs. `shown` is one of `versions`.
Json rules_context(const Campaign& campaign, const std::vector<PublishedTerms>& versions,
                   const PublishedTerms& shown, const std::string& text, Locale locale) {
  const auto at = [&](Time time) {
    return to_local_text(time, campaign.settings.time_zone, locale);
  };
  Json context = {{"fingerprint", shown.terms.rules_sha256},
                  {"is_old", shown.terms.version != versions.back().terms.version},
                  {"versions", Json::array()},
                  {"has_versions", true}};
  if (!text.empty()) context["text"] = text;
  if (!shown.terms.rules_url.empty()) context["url"] = shown.terms.rules_url;
  for (const PublishedTerms& one : versions) {
    context["versions"].push_back({{"at", at(one.terms.at)},
                                   {"fingerprint", to_hex(one.hash)},
                                   {"link", "rules?version=" + std::to_string(one.terms.version)},
                                   {"is_shown", one.terms.version == shown.terms.version}});
  }
  return context;
}

}  // namespace

Answer DrawEndpoints::terms(const Request& request) {
  const CampaignPtr campaign = campaigns_.find(request.path_parameters.at("slug"));
  if (!campaign) return no_such_campaign();
  OrderedJson versions = OrderedJson::array();
  for (const PublishedTerms& version : campaigns_.terms(campaign->id)) {
    versions.push_back(
        {{"hash", to_hex(version.hash)}, {"terms", promotions::to_json(version.terms)}});
  }
  return ok({{"campaign", campaign->slug}, {"versions", std::move(versions)}});
}

Answer DrawEndpoints::rules(const Request& request) {
  const CampaignPtr campaign = campaigns_.find(request.path_parameters.at("slug"));
  if (!campaign) return no_such_campaign();
  const auto versions = campaigns_.terms(campaign->id);
  if (versions.empty()) return no_such_campaign();  // deleted meanwhile
  auto shown = std::prev(versions.end());
  if (const auto asked = request.query("version")) {
    const auto version = parse_id(*asked);
    shown = std::find_if(versions.begin(), versions.end(),
                         [&](const PublishedTerms& one) { return one.terms.version == version; });
    if (shown == versions.end()) {
      return refuse_to({campaign}, {ProblemCode::not_found, "the terms have no such version"});
    }
  }
  const Terms& terms = shown->terms;
  const std::string text = campaigns_.rules(campaign->id, terms).value_or("");
  return with_page(
      ok({{"campaign", campaign->slug},
          {"version", terms.version},
          {"at", to_rfc3339(terms.at)},
          {"rules", text},
          {"rules_url", terms.rules_url},
          {"rules_sha256", terms.rules_sha256}}),
      page_of(Page::rules, {campaign}, [campaign, versions, shown = *shown, text](Locale locale) {
        return rules_context(*campaign, versions, shown, text, locale);
      }));
}

}  // namespace promotions
