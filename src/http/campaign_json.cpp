#include "http/campaign_json.h"

#include <algorithm>
#include <array>

#include "http/body.h"
#include "promotions/base/encoding.h"
#include "promotions/base/time_text.h"
#include "promotions/domain/email_address.h"
#include "promotions/render/mail_renderer.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxName = 200;
constexpr std::size_t kMaxDescription = 4000;
constexpr int kMaxWinners = 1000;
constexpr Millis kMinTokenTtl = std::chrono::seconds(1);
constexpr Millis kMaxTokenTtl = std::chrono::hours(24 * 365);

OrderedJson or_null(const std::optional<Time>& time) {
  return time ? OrderedJson(to_rfc3339(*time)) : OrderedJson(nullptr);
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

// ---- reading: one function for each field, given its value
// ----------------------------------------------

struct Context {
  CampaignSettings& settings;
  FieldReader& errors;
};

// A string field; nullopt with the error noted if it is none.
const std::string* text_of(Context& context, const char* field, const Json& value) {
  if (value.is_string()) return value.get_ptr<const std::string*>();
  context.errors.wrong(field, "wrong_type", "must be a string");
  return nullptr;
}

void read_name(Context& context, const Json& value) {
  const std::string* text = text_of(context, "name", value);
  if (text == nullptr) return;
  if (trim_ascii(*text).empty() || text->size() > kMaxName || has_control(*text)) {
    context.errors.wrong("name", "out_of_range",
                         "must be 1 to 200 bytes without control characters");
    return;
  }
  context.settings.name = *text;
}

void read_description(Context& context, const Json& value) {
  const std::string* text = text_of(context, "description", value);
  if (text == nullptr) return;
  if (text->size() > kMaxDescription || text->find('\0') != std::string::npos) {
    context.errors.wrong("description", "out_of_range", "must be at most 4000 bytes");
    return;
  }
  context.settings.description = *text;
}

void read_admin_email(Context& context, const Json& value) {
  const std::string* text = text_of(context, "admin_email", value);
  if (text == nullptr) return;
  const auto email = EmailAddress::parse(*text);
  if (!email) {
    context.errors.wrong("admin_email", "invalid", "must be an e-mail address");
    return;
  }
  context.settings.admin_email = email->text();
}

void read_locale(Context& context, const Json& value) {
  const std::string* text = text_of(context, "locale", value);
  if (text == nullptr) return;
  if (!is_locale(*text)) {
    context.errors.wrong("locale", "out_of_range", "must be \"es\" or \"en\"");
    return;
  }
  context.settings.locale = *text;
}

void read_time_zone(Context& context, const Json& value) {
  const std::string* text = text_of(context, "time_zone", value);
  if (text == nullptr) return;
  if (!is_time_zone(*text)) {
    context.errors.wrong("time_zone", "out_of_range",
                         "must be an IANA time zone, as Europe/Madrid");
    return;
  }
  context.settings.time_zone = *text;
}

void read_time(Context& context, const char* field, const Json& value,
               std::optional<Time>& target) {
  if (value.is_null()) {
    target.reset();
    return;
  }
  const std::string* text = text_of(context, field, value);
  if (text == nullptr) return;
  const auto time = parse_rfc3339(*text);
  if (!time) {
    context.errors.wrong(field, "invalid",
                         "must be an RFC 3339 time, as 2026-12-24T18:00:00Z, or null");
    return;
  }
  target = time;
}

void read_count(Context& context, const char* field, const Json& value, int least, int& target) {
  if (!value.is_number_integer()) {
    context.errors.wrong(field, "wrong_type", "must be a whole number");
    return;
  }
  // An unsigned value beyond int64 compares as itself here, not as a negative one.
  if (value < least || value > kMaxWinners) {
    context.errors.wrong(field, "out_of_range", "must be " + std::to_string(least) + " to 1000");
    return;
  }
  target = value.get<int>();
}

void read_token_ttl(Context& context, const Json& value) {
  const std::string* text = text_of(context, "token_ttl", value);
  if (text == nullptr) return;
  const auto ttl = parse_duration(*text);
  if (!ttl || *ttl < kMinTokenTtl || *ttl > kMaxTokenTtl) {
    context.errors.wrong("token_ttl", "out_of_range", "must be a duration of 1s to 365d, as 48h");
    return;
  }
  context.settings.token_ttl = *ttl;
}

template <typename T, typename Parse>
void read_choice(Context& context, const char* field, const Json& value, Parse&& parse,
                 const char* choices, T& target) {
  const std::string* text = text_of(context, field, value);
  if (text == nullptr) return;
  const auto choice = parse(*text);
  if (!choice) {
    context.errors.wrong(field, "out_of_range", std::string("must be ") + choices);
    return;
  }
  target = *choice;
}

void read_template_part(Context& context, const std::string& field, const Json& value,
                        std::optional<std::string>& target) {
  if (!value.is_string()) {
    context.errors.wrong(field, "wrong_type", "must be a string");
    return;
  }
  const auto text = value.get<std::string>();
  if (const auto error = template_error(text)) {
    context.errors.wrong(field, "invalid", "is not a template: " + *error);
    return;
  }
  target = text;
}

void read_templates(Context& context, const Json& value) {
  if (!value.is_object()) {
    context.errors.wrong("templates", "wrong_type", "must be an object");
    return;
  }
  MailTemplates templates;
  for (const auto& [kind, parts] : value.items()) {
    const std::string field = "templates." + kind;
    if (!is_mail_kind(kind)) {
      context.errors.wrong(field, "unknown_field", "is not a kind of mail");
      continue;
    }
    if (!parts.is_object()) {
      context.errors.wrong(field, "wrong_type", "must be an object");
      continue;
    }
    MailTemplate& entry = templates[kind];
    for (const auto& [part, text] : parts.items()) {
      const std::string part_field = field + "." + part;
      if (part == "subject") {
        read_template_part(context, part_field, text, entry.subject);
      } else if (part == "text") {
        read_template_part(context, part_field, text, entry.text);
      } else if (part == "html") {
        read_template_part(context, part_field, text, entry.html);
      } else {
        context.errors.wrong(part_field, "unknown_field", "must be subject, text or html");
      }
    }
  }
  context.settings.templates = std::move(templates);
}

struct Field {
  std::string_view name;
  void (*read)(Context&, const Json&);
};

constexpr std::array kFields{
    Field{"name", read_name},
    Field{"description", read_description},
    Field{"admin_email", read_admin_email},
    Field{"locale", read_locale},
    Field{"time_zone", read_time_zone},
    Field{"opens_at",
          [](Context& c, const Json& v) { read_time(c, "opens_at", v, c.settings.opens_at); }},
    Field{"closes_at",
          [](Context& c, const Json& v) { read_time(c, "closes_at", v, c.settings.closes_at); }},
    Field{"winners",
          [](Context& c, const Json& v) { read_count(c, "winners", v, 1, c.settings.winners); }},
    Field{"alternates",
          [](Context& c, const Json& v) {
            read_count(c, "alternates", v, 0, c.settings.alternates);
          }},
    Field{"verification",
          [](Context& c, const Json& v) {
            read_choice(c, "verification", v, parse_verification, "\"link\" or \"confirm\"",
                        c.settings.verification);
          }},
    Field{"duplicates",
          [](Context& c, const Json& v) {
            read_choice(c, "duplicates", v, parse_duplicates, "\"reject\" or \"conceal\"",
                        c.settings.duplicates);
          }},
    Field{"token_ttl", read_token_ttl},
    Field{"templates", read_templates},
};

constexpr std::array<std::string_view, 5> kReadOnly{"state", "subscribers", "created_at",
                                                    "finished_at", "slug"};

void read_settings(const Json& body, bool slug_allowed, CampaignSettings& settings,
                   FieldReader& errors) {
  Context context{settings, errors};
  for (const auto& [name, value] : body.items()) {
    const auto* field =
        std::find_if(kFields.begin(), kFields.end(),
                     [&, &wanted = name](const Field& one) { return one.name == wanted; });
    if (field != kFields.end()) {
      field->read(context, value);
    } else if (std::find(kReadOnly.begin(), kReadOnly.end(), name) == kReadOnly.end()) {
      errors.wrong(name, "unknown_field", "is not a field of a campaign");
    } else if (name != "slug" || !slug_allowed) {
      errors.wrong(name, "read_only", "cannot be set");
    }
  }
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
          {"token_ttl", to_duration_text(settings.token_ttl)},
          {"templates", templates_to_json(settings.templates)},
          {"subscribers",
           {{"pending", view.subscribers.pending}, {"verified", view.subscribers.verified}}},
          {"created_at", to_rfc3339(campaign.created_at)},
          {"finished_at", or_null(campaign.finished_at)}};
}

OrderedJson to_json(const std::vector<Drawn>& drawn, bool winners) {
  OrderedJson json = OrderedJson::array();
  for (const Drawn& one : drawn) {
    if (one.winner != winners) continue;
    json.push_back({{"position", one.position},
                    {"ticket", one.ticket},
                    {"email", one.email.empty() ? OrderedJson(nullptr) : OrderedJson(one.email)}});
  }
  return json;
}

std::variant<Problem, NewCampaign> parse_new_campaign(const Json& body) {
  FieldReader errors(body);
  NewCampaign campaign;
  const auto slug = errors.required_text("slug");
  if (slug && !is_slug(*slug)) {
    errors.wrong("slug", "invalid", "must be 1 to 63 of a-z, 0-9 and -, and not begin with -");
  }
  for (const char* required : {"name", "admin_email"}) {
    if (!body.contains(required)) errors.wrong(required, "required", "is required");
  }
  read_settings(body, true, campaign.settings, errors);
  if (errors.failed()) return errors.problem();
  campaign.slug = *slug;
  return campaign;
}

std::variant<Problem, CampaignSettings> parse_campaign_changes(const Json& body,
                                                               const CampaignSettings& current) {
  FieldReader errors(body);
  CampaignSettings settings = current;
  read_settings(body, false, settings, errors);
  if (errors.failed()) return errors.problem();
  return settings;
}

}  // namespace promotions
