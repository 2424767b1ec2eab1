#include "api/campaign_pages.h"

#include "api/campaign_context.h"
#include "api/campaign_json.h"
#include "api/draw_page.h"
#include "api/participant_page.h"
#include "api/sign_up_form.h"
#include "promotions/base/encoding.h"
#include "promotions/base/time_text.h"
#include "promotions/base/unicode.h"
#include "promotions/render/local_text.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxAbout = 200;  // characters; what search engines and messengers show

// The first words of a text, on one line.
std::string first_words(std::string_view text) {
  std::string words;
  std::size_t count = 0;
  while (!text.empty() && count < kMaxAbout) {
    std::string_view rest = text;
    const char32_t c = take_code_point(rest);
    if (is_white_space(c)) {
      if (!words.empty() && words.back() != ' ') words += ' ';
    } else {
      words += text.substr(0, text.size() - rest.size());
    }
    ++count;
    text = rest;
  }
  if (!text.empty()) words += "…";
  return words;
}

const char* member_of(CampaignState state) {
  switch (state) {
    case CampaignState::scheduled:
      return "is_scheduled";
    case CampaignState::open:
      return "is_open";
    case CampaignState::closed:
      return "is_closed";
    case CampaignState::finishing:
      return "is_finishing";
    case CampaignState::finished:
      return "is_finished";
  }
  return "is_open";
}

// What the page says of a campaign in one of its states, before anything is known of its draw.
Json campaign_page_context(const Campaign& campaign, CampaignState state, Locale locale) {
  const CampaignSettings& settings = campaign.settings;
  const auto shown = [&](Time at) { return to_local_text(at, settings.time_zone, locale); };
  Json context = {{"is_home", true}, {member_of(state), true}};
  context["description"] = settings.description;
  context["prizes"] = prizes_context(campaign, locale);
  if (settings.prizes.empty()) context["winner_count"] = settings.winners;
  if (settings.minimum_age > 0) context["minimum_age"] = settings.minimum_age;
  if (settings.opens_at) context["opens_at"] = shown(*settings.opens_at);
  if (settings.closes_at) context["closes_at"] = shown(*settings.closes_at);
  if (settings.finish_at && state != CampaignState::finished) {
    context["finish_at"] = shown(*settings.finish_at);
  }
  const auto& next = state == CampaignState::scheduled ? settings.opens_at
                     : state == CampaignState::open    ? settings.closes_at
                                                       : settings.finish_at;
  if (next && state != CampaignState::finished) context["countdown"] = to_rfc3339(*next);
  switch (settings.beacon.kind) {
    case BeaconKind::none:
      context["by_secret"] = true;
      break;
    case BeaconKind::drand:
      context["by_drand"] = true;
      break;
    case BeaconKind::public_source:
      context["by_public"] = true;
      context["source"] = settings.beacon.source;
      break;
  }
  return context;
}

// The title and words that messengers show with a link to the page.
void add_about(Json& context, const Campaign& campaign, const std::string& public_url) {
  const CampaignSettings& settings = campaign.settings;
  const std::string words = first_words(settings.description);
  context["about"] = {{"text", words.empty() ? settings.name : words},
                      {"url", public_url + "/c/" + campaign.slug}};
  context["is_public"] = settings.listed;
}

MakePage form_page(const CampaignPtr& campaign, const std::string& locale, CampaignState state,
                   FormPlace place, Json typed, FieldErrors errors, std::string public_url) {
  const bool embedded = place == FormPlace::embed;
  MakePage made = page_of(embedded ? Page::embed : Page::campaign, {campaign, locale},
                          [campaign, state, typed = std::move(typed), errors = std::move(errors),
                           public_url = std::move(public_url)](Locale reader) {
                            Json context = campaign_page_context(*campaign, state, reader);
                            add_about(context, *campaign, public_url);
                            if (state == CampaignState::open) {
                              context["form"] = form_context(*campaign, reader, typed, errors);
                            }
                            return context;
                          });
  return embedded ? framed_by(std::move(made), campaign->settings.embed_origins) : made;
}

}  // namespace

MakePage refused_form_page(const CampaignPtr& campaign, const std::string& locale, FormPlace place,
                           Json typed, FieldErrors errors, std::string public_url) {
  return form_page(campaign, locale, CampaignState::open, place, std::move(typed),
                   std::move(errors), std::move(public_url));
}

Answer CampaignPages::page(const Request& request) {
  const CampaignPtr campaign = campaigns_.find(request.path_parameters.at("slug"));
  if (!campaign) return no_such_campaign();
  if (!request.prefers_html()) return json_of(campaign);
  const CampaignState state = campaigns_.state(*campaign);
  const bool is_stopped = state == CampaignState::finishing || state == CampaignState::finished;
  if (is_stopped) return with_page(ok({}), page_of_draw(campaign));
  return with_page(
      ok({}), form_page(campaign, {}, state, FormPlace::page, Json::object(), {}, public_url_));
}

Answer CampaignPages::embed(const Request& request) {
  const CampaignPtr campaign = campaigns_.find(request.path_parameters.at("slug"));
  if (!campaign) return no_such_campaign();
  return with_page(ok({}), form_page(campaign, {}, campaigns_.state(*campaign), FormPlace::embed,
                                     Json::object(), {}, public_url_));
}

// The page of a campaign whose list is stopped: what the draw waits for, or who has won.
MakePage CampaignPages::page_of_draw(const CampaignPtr& campaign) {
  auto transcript = draws_.transcript(campaign->slug);
  const auto* drawn = std::get_if<Transcript>(&transcript);
  std::vector<Drawn> winners;
  if (drawn != nullptr) winners = draws_.drawn(campaign->id);
  const CampaignState state = drawn != nullptr ? CampaignState::finished : CampaignState::finishing;
  return page_of(Page::campaign, {campaign},
                 [campaign, state, transcript = std::move(transcript), winners = std::move(winners),
                  url = public_url_](Locale locale) {
                   const CampaignSettings& settings = campaign->settings;
                   Json context = campaign_page_context(*campaign, state, locale);
                   add_about(context, *campaign, url);
                   if (const auto* record = std::get_if<Transcript>(&transcript)) {
                     context["entrants"] = record->seal.entrants;
                     context["holders"] = holders_context(*record, winners, settings, locale);
                     if (campaign->finished_at) {
                       context["finished_at"] =
                           to_local_text(*campaign->finished_at, settings.time_zone, locale);
                     }
                     return context;
                   }
                   const bool for_value = campaign->sealed_at.has_value();
                   const BeaconKind kind = settings.beacon.kind;
                   context["waits"] = {
                       {"for_drand", for_value && kind == BeaconKind::drand},
                       {"for_public", for_value && kind == BeaconKind::public_source},
                       {"for_draw", !for_value || kind == BeaconKind::none}};
                   return context;
                 });
}

Answer CampaignPages::json(const Request& request) {
  const CampaignPtr campaign = campaigns_.find(request.path_parameters.at("slug"));
  return campaign ? json_of(campaign) : no_such_campaign();
}

Answer CampaignPages::json_of(const CampaignPtr& campaign) {
  const auto terms = campaigns_.terms(campaign->id);
  if (terms.empty()) return no_such_campaign();  // deleted meanwhile
  const CampaignSettings& settings = campaign->settings;
  // Once sealed, the beacon is that of the seal, which has the round that the draw will use.
  const auto seal = draws_.seal_of(campaign->slug);
  const auto* sealed = std::get_if<Seal>(&seal);
  return ok({{"campaign", campaign->slug},
             {"name", settings.name},
             {"state", to_text(campaigns_.state(*campaign))},
             {"opens_at", time_json(settings.opens_at)},
             {"closes_at", time_json(settings.closes_at)},
             {"winners", settings.winners},
             {"alternates", settings.alternates},
             {"commitment", to_hex(campaign->commitment)},
             {"beacon", promotions::to_json(sealed != nullptr ? sealed->beacon : settings.beacon)},
             {"terms", to_hex(terms.back().hash)},
             {"seal", sealed != nullptr ? promotions::to_json(*sealed) : Json(nullptr)},
             {"seal_hash", sealed != nullptr ? Json(to_hex(hash_of(*sealed))) : Json(nullptr)}});
}

std::optional<std::vector<std::string>> frames_of(const Campaigns& campaigns,
                                                  std::string_view raw_query) {
  constexpr std::string_view kName = "embed=";
  while (!raw_query.empty()) {
    const std::string_view pair = take_pair(raw_query);
    if (!pair.starts_with(kName)) continue;
    const CampaignPtr campaign = campaigns.find(pair.substr(kName.size()));
    return campaign ? campaign->settings.embed_origins : std::vector<std::string>();
  }
  return std::nullopt;
}

}  // namespace promotions
