#include "api/admin_endpoints.h"
#include "api/campaign_json.h"
#include "api/closed_campaign.h"
#include "api/paging.h"
#include "promotions/base/encoding.h"
#include "promotions/base/time_text.h"
#include "promotions/http/body.h"

namespace promotions {
namespace {

OrderedJson or_null(const std::optional<Time>& time) {
  return time ? OrderedJson(to_rfc3339(*time)) : OrderedJson(nullptr);
}

// What the subscriber agreed to, with the very text.
OrderedJson consents_json(const Subscriber& subscriber,
                          const std::map<Hash, std::string>& consent_texts) {
  OrderedJson consents = OrderedJson::array();
  for (const Consent& consent : subscriber.consents) {
    const auto text = consent_texts.find(consent.text);
    consents.push_back(
        {{"field", consent.field},
         {"sha256", to_hex(consent.text)},
         {"text", text == consent_texts.end() ? OrderedJson(nullptr) : OrderedJson(text->second)},
         {"locale", consent.locale},
         {"given_at", to_rfc3339(consent.given_at)},
         {"confirmed_at", or_null(subscriber.verified_at)}});
  }
  return consents;
}

OrderedJson subscriber_json(const Subscriber& subscriber,
                            const std::map<Hash, std::string>& consent_texts) {
  return {
      {"id", subscriber.id},
      {"email", subscriber.email},
      {"email_key", subscriber.email_key},
      {"state", to_text(subscriber.state())},
      {"data", OrderedJson::parse(subscriber.data)},
      {"locale", subscriber.locale.empty() ? OrderedJson(nullptr) : OrderedJson(subscriber.locale)},
      {"consents", consents_json(subscriber, consent_texts)},
      {"created_at", to_rfc3339(subscriber.created_at)},
      {"verified_at", or_null(subscriber.verified_at)},
      {"ticket", subscriber.ticket ? OrderedJson(*subscriber.ticket) : OrderedJson(nullptr)},
      {"disqualified",
       subscriber.disqualified ? OrderedJson(*subscriber.disqualified) : OrderedJson(nullptr)}};
}

const std::string& slug_of(const Request& request) {
  return request.path_parameters.at("slug");
}

}  // namespace

// Fills in the chain of a drand beacon. Only the configured chain is possible, as its relays are
// the only ones that the program knows.
std::optional<Problem> CampaignEndpoints::settle_beacon(Beacon& beacon) const {
  if (beacon.kind != BeaconKind::drand) return std::nullopt;
  if (drand_chain_.empty()) {
    return invalid_field("beacon.kind", "out_of_range",
                         "cannot be \"drand\" here: draw.drand_urls is empty");
  }
  if (beacon.chain.empty()) beacon.chain = drand_chain_;
  if (beacon.chain != drand_chain_) {
    return invalid_field("beacon.chain", "out_of_range",
                         "must be the one of draw.drand_chain, " + drand_chain_);
  }
  return std::nullopt;
}

Answer CampaignEndpoints::list(const Request& /*request*/) {
  OrderedJson items = OrderedJson::array();
  for (const CampaignView& view : campaigns_.views()) items.push_back(to_json(view));
  return ok({{"items", std::move(items)}});
}

Answer CampaignEndpoints::create(const Request& request) {
  const auto body = parse_body(request);
  if (const auto* problem = std::get_if<Problem>(&body)) return refuse(*problem);
  auto parsed = parse_new_campaign(std::get<Json>(body), campaigns_.new_settings());
  if (const auto* problem = std::get_if<Problem>(&parsed)) return refuse(*problem);
  auto& campaign = std::get<NewCampaign>(parsed);
  if (const auto problem = settle_beacon(campaign.settings.beacon)) return refuse(*problem);
  if (!campaigns_.create(request.who, campaign.slug, campaign.settings)) {
    return refuse({ProblemCode::campaign_exists, "there is a campaign of that slug already"});
  }
  const auto view = campaigns_.view(campaign.slug);
  if (!view) return no_such_campaign();  // it was deleted in the same moment
  Answer answer = ok(to_json(*view), 201);
  answer.headers.emplace_back("Location", base_path_ + "/api/v1/campaigns/" + campaign.slug);
  return answer;
}

Answer CampaignEndpoints::show(const Request& request) {
  const auto view = campaigns_.view(slug_of(request));
  return view ? ok(to_json(*view)) : no_such_campaign();
}

Answer CampaignEndpoints::update(const Request& request) {
  const auto body = parse_body(request);
  if (const auto* problem = std::get_if<Problem>(&body)) return refuse(*problem);
  const CampaignPtr campaign = campaigns_.find(slug_of(request));
  if (!campaign) return no_such_campaign();
  // First each value is checked by itself, outside the write; then update() applies them to what is
  // stored, inside the write, since another change may have been committed meanwhile.
  auto parsed = parse_campaign_changes(std::get<Json>(body), campaign->settings);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return refuse(*problem);
  auto& changes = std::get<CampaignChanges>(parsed);
  Beacon& beacon = changes.settings.beacon;
  if (beacon != campaign->settings.beacon) {
    if (const auto problem = settle_beacon(beacon)) return refuse(*problem);
  }
  std::optional<Problem> refused;
  UpdateResult result =
      campaigns_.update(request.who, campaign->slug, [&](CampaignSettings& settings) {
        refused = apply(changes, settings);
        return !refused;
      });
  switch (result.outcome) {
    case UpdateOutcome::updated:
      return show(request);
    case UpdateOutcome::refused:
      return refuse(refused.value());
    case UpdateOutcome::list_stopped:
      return refuse(campaign_not_open(*campaign, ClosedBecause::over, std::move(result.why)));
    case UpdateOutcome::terms_fixed:
      return refuse({ProblemCode::terms_fixed, std::move(result.why)});
    case UpdateOutcome::no_such_campaign:
      break;
  }
  return no_such_campaign();
}

Answer CampaignEndpoints::remove(const Request& request) {
  if (!campaigns_.remove(request.who, slug_of(request))) return no_such_campaign();
  return {204, {}, {}, {}};
}

Answer CampaignEndpoints::list_subscribers(const Request& request) {
  const Json no_body = Json::object();  // the reader only collects what is wrong with the query
  FieldReader errors(no_body);
  const PageRequest page = read_page(request, errors);
  SubscriberFilter filter;
  filter.after = page.after;
  filter.limit = page.limit;
  filter.text = request.query("q").value_or(std::string());
  if (const auto state = request.query("state"); state && !state->empty()) {
    filter.state = parse_subscriber_state(*state);
    if (!filter.state) errors.wrong("state", "out_of_range", "must be \"pending\" or \"verified\"");
  }
  if (errors.failed()) return refuse(errors.problem());
  const auto list = sign_ups_.subscribers(slug_of(request), filter);
  if (!list) return no_such_campaign();
  return ok(page_json(list->subscribers, page, [&](const Subscriber& subscriber) {
    return subscriber_json(subscriber, list->consent_texts);
  }));
}

Answer CampaignEndpoints::erase_subscriber(const Request& request) {
  const auto id = parse_id(request.path_parameters.at("id"));
  const auto outcome = id ? sign_ups_.erase_subscriber(request.who, slug_of(request), *id)
                          : EraseOutcome::no_such_subscriber;
  if (outcome == EraseOutcome::no_such_campaign) return no_such_campaign();
  if (outcome == EraseOutcome::no_such_subscriber) {
    return refuse({ProblemCode::not_found, "there is no such subscriber"});
  }
  return {204, {}, {}, {}};
}

}  // namespace promotions
