#include "api/campaign_json.h"

#include <algorithm>
#include <array>

#include "promotions/base/encoding.h"
#include "promotions/base/time_text.h"
#include "promotions/domain/campaign_options.h"
#include "promotions/http/body.h"
#include "promotions/render/mail_renderer.h"

namespace promotions {
namespace {

OrderedJson commitment_to_json(const Hash& commitment) {
  return commitment == Hash{} ? OrderedJson(nullptr) : OrderedJson(to_hex(commitment));
}

constexpr std::array<std::string_view, 6> kReadOnly{"state",      "subscribers", "commitment",
                                                    "created_at", "finished_at", "slug"};

// "state" is shown after this option, behind the times from which it follows.
constexpr std::string_view kBeforeState = "closes_at";

std::optional<MailTemplateRules::Fault> template_fault(std::string_view kind,
                                                       std::string_view source) {
  auto fault = mail_template_fault(kind, source);
  if (!fault) return std::nullopt;
  return MailTemplateRules::Fault{std::move(fault->code), std::move(fault->detail)};
}

constexpr MailTemplateRules kTemplateRules{is_mail_kind, template_fault};

void read_settings(const Json& body, bool slug_allowed, CampaignSettings& settings,
                   FieldErrors& errors) {
  read_options(body, kTemplateRules, settings, errors, [&](const std::string& name) {
    if (std::find(kReadOnly.begin(), kReadOnly.end(), name) == kReadOnly.end()) {
      errors.push_back({name, "unknown_field", "is not a field of a campaign"});
    } else if (name != "slug" || !slug_allowed) {
      errors.push_back({name, "read_only", "cannot be set"});
    }
  });
}

std::optional<std::string> read_slug(const Json& body, FieldErrors& errors) {
  FieldReader fields(body);
  auto slug = fields.required_text("slug");
  if (slug && !is_slug(*slug)) {
    fields.wrong("slug", "invalid", "must be 1 to 63 of a-z, 0-9 and -, and not begin with -");
  }
  errors.insert(errors.end(), fields.errors().begin(), fields.errors().end());
  return slug;
}

}  // namespace

OrderedJson time_json(const std::optional<Time>& time) {
  return time ? OrderedJson(to_rfc3339(*time)) : OrderedJson(nullptr);
}

OrderedJson to_json(const CampaignView& view) {
  const Campaign& campaign = *view.campaign;
  OrderedJson json = {{"slug", campaign.slug}};
  for (const CampaignOption& option : campaign_options()) {
    json[option.name] = option.value->show(campaign.settings);
    if (option.name == kBeforeState) json["state"] = to_text(view.state);
  }
  json["subscribers"] = {{"pending", view.subscribers.pending},
                         {"verified", view.subscribers.verified}};
  json["commitment"] = commitment_to_json(campaign.commitment);
  json["created_at"] = to_rfc3339(campaign.created_at);
  json["finished_at"] = time_json(campaign.finished_at);
  return json;
}

OrderedJson to_json(const FinishResult& result, bool winners) {
  const CampaignSettings& settings = result.campaign->settings;
  const Locale own = Locale::of(settings.locale);
  OrderedJson json = OrderedJson::array();
  for (const Drawn& one : result.drawn) {
    if (one.winner != winners) continue;
    // That of the place where it was won first; none for an alternate who never had one.
    const Prize* prize = prize_at(settings.prizes, prize_place(one.position, result.events));
    json.push_back({{"position", one.position},
                    {"ticket", one.ticket},
                    {"email", one.email.empty() ? OrderedJson(nullptr) : OrderedJson(one.email)},
                    {"prize", prize ? OrderedJson(prize->name.in(own, own)) : OrderedJson(nullptr)},
                    {"state", to_text(state_of(one))}});
  }
  return json;
}

std::variant<Problem, NewCampaign> parse_new_campaign(const Json& body,
                                                      const CampaignSettings& otherwise) {
  FieldErrors errors;
  NewCampaign campaign{{}, otherwise};
  const auto slug = read_slug(body, errors);
  for (const CampaignOption& option : campaign_options()) {
    if (option.is_required && !body.contains(option.name)) {
      errors.push_back({option.name, "required", "is required"});
    }
  }
  read_settings(body, true, campaign.settings, errors);
  check_together(campaign.settings, errors);
  if (!errors.empty()) return invalid_fields(std::move(errors));
  campaign.slug = *slug;
  return campaign;
}

std::variant<Problem, CampaignChanges> parse_campaign_changes(const Json& body,
                                                              const CampaignSettings& current) {
  FieldErrors errors;
  CampaignChanges changes{body, current};
  read_settings(body, false, changes.settings, errors);
  if (!errors.empty()) return invalid_fields(std::move(errors));
  return changes;
}

std::optional<Problem> apply(const CampaignChanges& changes, CampaignSettings& settings) {
  change_options(changes.given, changes.settings, settings);
  FieldErrors errors;
  check_together(settings, errors);
  return errors.empty() ? std::nullopt : std::optional(invalid_fields(std::move(errors)));
}

}  // namespace promotions
