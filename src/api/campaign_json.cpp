#include "api/campaign_json.h"

#include <algorithm>
#include <array>

#include "api/campaign_fields.h"
#include "promotions/base/encoding.h"
#include "promotions/base/time_text.h"
#include "promotions/http/body.h"

namespace promotions {
namespace {

OrderedJson or_null(const std::optional<Time>& time) {
  return time ? OrderedJson(to_rfc3339(*time)) : OrderedJson(nullptr);
}

OrderedJson or_null(const std::optional<Millis>& duration) {
  return duration ? OrderedJson(to_duration_text(*duration)) : OrderedJson(nullptr);
}

OrderedJson commitment_to_json(const Hash& commitment) {
  return commitment == Hash{} ? OrderedJson(nullptr) : OrderedJson(to_hex(commitment));
}

OrderedJson templates_to_json(const MailTemplates& templates) {
  OrderedJson json = OrderedJson::object();
  for (const auto& [kind, parts] : templates) {
    OrderedJson& entry = json[kind] = OrderedJson::object();
    if (parts.subject) entry["subject"] = *parts.subject;
    if (parts.text) entry["text"] = *parts.text;
    if (parts.html) entry["html"] = *parts.html;
  }
  return json;
}

constexpr std::array<std::string_view, 6> kReadOnly{"state",      "subscribers", "commitment",
                                                    "created_at", "finished_at", "slug"};

void read_settings(const Json& body, bool slug_allowed, CampaignSettings& settings,
                   FieldReader& errors) {
  // First: local times beside it are of the new zone.
  constexpr char kTimeZone[] = "time_zone";
  if (body.contains(kTimeZone)) {
    read_campaign_field(errors, kTimeZone, body.at(kTimeZone), settings);
  }
  for (const auto& [name, value] : body.items()) {
    if (name == kTimeZone) continue;
    if (read_campaign_field(errors, name, value, settings)) continue;
    if (std::find(kReadOnly.begin(), kReadOnly.end(), name) == kReadOnly.end()) {
      errors.wrong(name, "unknown_field", "is not a field of a campaign");
    } else if (name != "slug" || !slug_allowed) {
      errors.wrong(name, "read_only", "cannot be set");
    }
  }
}

void check_together(const CampaignSettings& settings, FieldReader& errors) {
  if (settings.opens_at && settings.closes_at && *settings.closes_at <= *settings.opens_at) {
    errors.wrong("closes_at", "out_of_range", "must be after opens_at");
  }
}

}  // namespace

OrderedJson to_json(const CampaignView& view) {
  const Campaign& campaign = *view.campaign;
  const CampaignSettings& settings = campaign.settings;
  return {{"slug", campaign.slug},
          {"name", settings.name},
          {"description", settings.description},
          {"admin_email", settings.admin_email},
          {"locale", settings.locale},
          {"time_zone", settings.time_zone},
          {"opens_at", or_null(settings.opens_at)},
          {"closes_at", or_null(settings.closes_at)},
          {"state", to_text(view.state)},
          {"winners", settings.winners},
          {"alternates", settings.alternates},
          {"verification", to_text(settings.verification)},
          {"duplicates", to_text(settings.duplicates)},
          {"aliases", to_text(settings.aliases)},
          {"token_ttl", to_duration_text(settings.token_ttl)},
          {"beacon", to_json(settings.beacon)},
          {"draw_delay", to_duration_text(settings.draw_delay)},
          {"claim_within", or_null(settings.claim_within)},
          {"witnesses", settings.witnesses},
          {"exclusions", settings.exclusions},
          {"notify_not_drawn", settings.notify_not_drawn},
          {"templates", templates_to_json(settings.templates)},
          {"subscribers",
           {{"pending", view.subscribers.pending}, {"verified", view.subscribers.verified}}},
          {"commitment", commitment_to_json(campaign.commitment)},
          {"created_at", to_rfc3339(campaign.created_at)},
          {"finished_at", or_null(campaign.finished_at)}};
}

OrderedJson to_json(const std::vector<Drawn>& drawn, bool winners) {
  OrderedJson json = OrderedJson::array();
  for (const Drawn& one : drawn) {
    if (one.winner != winners) continue;
    json.push_back({{"position", one.position},
                    {"ticket", one.ticket},
                    {"email", one.email.empty() ? OrderedJson(nullptr) : OrderedJson(one.email)},
                    {"state", to_text(state_of(one))}});
  }
  return json;
}

std::variant<Problem, NewCampaign> parse_new_campaign(const Json& body,
                                                      const CampaignSettings& otherwise) {
  FieldReader errors(body);
  NewCampaign campaign{{}, otherwise};
  const auto slug = errors.required_text("slug");
  if (slug && !is_slug(*slug)) {
    errors.wrong("slug", "invalid", "must be 1 to 63 of a-z, 0-9 and -, and not begin with -");
  }
  for (const char* required : {"name", "admin_email"}) {
    if (!body.contains(required)) errors.wrong(required, "required", "is required");
  }
  read_settings(body, true, campaign.settings, errors);
  check_together(campaign.settings, errors);
  if (errors.failed()) return errors.problem();
  campaign.slug = *slug;
  return campaign;
}

std::variant<Problem, CampaignChanges> parse_campaign_changes(const Json& body,
                                                              const CampaignSettings& current) {
  FieldReader errors(body);
  CampaignChanges changes{body, current};
  read_settings(body, false, changes.settings, errors);
  if (errors.failed()) return errors.problem();
  return changes;
}

std::optional<Problem> apply(const CampaignChanges& changes, CampaignSettings& settings) {
  for (const auto& [name, value] : changes.given.items()) {
    change_campaign_field(name, value, changes.settings, settings);
  }
  const Json nothing = Json::object();
  FieldReader errors(nothing);
  check_together(settings, errors);
  return errors.failed() ? std::optional(errors.problem()) : std::nullopt;
}

}  // namespace promotions
