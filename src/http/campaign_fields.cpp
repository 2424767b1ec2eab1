#include "http/campaign_fields.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "http/draw_fields.h"
#include "http/field_values.h"
#include "promotions/base/encoding.h"
#include "promotions/base/time_text.h"
#include "promotions/domain/email_address.h"
#include "promotions/domain/locale.h"
#include "promotions/render/mail_renderer.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxName = 200;
constexpr std::size_t kMaxDescription = 4000;
constexpr int kMaxWinners = 1000;
constexpr DurationRange kTokenTtl{std::chrono::seconds(1), std::chrono::hours(24 * 365), "48h"};

void read_name(FieldReader& errors, const Json& value, CampaignSettings& settings) {
  const std::string* text = text_value(errors, "name", value);
  if (text == nullptr) return;
  if (trim_ascii(*text).empty() || text->size() > kMaxName || has_control(*text)) {
    errors.wrong("name", "out_of_range", "must be 1 to 200 bytes without control characters");
    return;
  }
  settings.name = *text;
}

void read_description(FieldReader& errors, const Json& value, CampaignSettings& settings) {
  const std::string* text = text_value(errors, "description", value);
  if (text == nullptr) return;
  if (text->size() > kMaxDescription || text->find('\0') != std::string::npos) {
    errors.wrong("description", "out_of_range", "must be at most 4000 bytes");
    return;
  }
  settings.description = *text;
}

void read_admin_email(FieldReader& errors, const Json& value, CampaignSettings& settings) {
  const std::string* text = text_value(errors, "admin_email", value);
  if (text == nullptr) return;
  const auto email = EmailAddress::parse(*text);
  if (!email) {
    errors.wrong("admin_email", "invalid", "must be an e-mail address");
    return;
  }
  settings.admin_email = email->text();
}

void read_locale(FieldReader& errors, const Json& value, CampaignSettings& settings) {
  const std::string* text = text_value(errors, "locale", value);
  if (text == nullptr) return;
  if (!is_locale(*text)) {
    errors.wrong("locale", "out_of_range", "must be " + locale_choices());
    return;
  }
  settings.locale = *text;
}

void read_time_zone(FieldReader& errors, const Json& value, CampaignSettings& settings) {
  const std::string* text = text_value(errors, "time_zone", value);
  if (text == nullptr) return;
  if (!is_time_zone(*text)) {
    errors.wrong("time_zone", "out_of_range", "must be an IANA time zone, as Europe/Madrid");
    return;
  }
  settings.time_zone = *text;
}

void read_template_part(FieldReader& errors, const std::string& kind, const std::string& field,
                        const Json& value, std::optional<std::string>& target) {
  if (!value.is_string()) {
    errors.wrong(field, "wrong_type", "must be a string");
    return;
  }
  const auto text = value.get<std::string>();
  if (const auto fault = mail_template_fault(kind, text)) {
    errors.wrong(field, fault->code,
                 (fault->code == "invalid" ? "is not a template: " : "") + fault->detail);
    return;
  }
  target = text;
}

void read_templates(FieldReader& errors, const Json& value, CampaignSettings& settings) {
  if (!value.is_object()) {
    errors.wrong("templates", "wrong_type", "must be an object");
    return;
  }
  MailTemplates templates;
  for (const auto& [kind, parts] : value.items()) {
    const std::string field = "templates." + kind;
    if (!is_mail_kind(kind)) {
      errors.wrong(field, "unknown_field", "is not a kind of mail");
      continue;
    }
    if (!parts.is_object()) {
      errors.wrong(field, "wrong_type", "must be an object");
      continue;
    }
    MailTemplate& entry = templates[kind];
    for (const auto& [part, text] : parts.items()) {
      const std::string part_field = field + "." + part;
      if (part == "subject") {
        read_template_part(errors, kind, part_field, text, entry.subject);
      } else if (part == "text") {
        read_template_part(errors, kind, part_field, text, entry.text);
      } else if (part == "html") {
        read_template_part(errors, kind, part_field, text, entry.html);
      } else {
        errors.wrong(part_field, "unknown_field", "must be subject, text or html");
      }
    }
  }
  settings.templates = std::move(templates);
}

struct Field {
  std::string_view name;
  void (*copy)(const CampaignSettings& from, CampaignSettings& to);
  void (*read)(FieldReader&, const Json&, CampaignSettings&);
};

template <auto Member>
void copy(const CampaignSettings& from, CampaignSettings& to) {
  to.*Member = from.*Member;
}

constexpr std::array kFields{
    Field{"name", copy<&CampaignSettings::name>, read_name},
    Field{"description", copy<&CampaignSettings::description>, read_description},
    Field{"admin_email", copy<&CampaignSettings::admin_email>, read_admin_email},
    Field{"locale", copy<&CampaignSettings::locale>, read_locale},
    Field{"time_zone", copy<&CampaignSettings::time_zone>, read_time_zone},
    Field{"opens_at", copy<&CampaignSettings::opens_at>,
          [](FieldReader& errors, const Json& value, CampaignSettings& settings) {
            read_time(errors, "opens_at", value, settings.time_zone, settings.opens_at);
          }},
    Field{"closes_at", copy<&CampaignSettings::closes_at>,
          [](FieldReader& errors, const Json& value, CampaignSettings& settings) {
            read_time(errors, "closes_at", value, settings.time_zone, settings.closes_at);
          }},
    Field{"winners", copy<&CampaignSettings::winners>,
          [](FieldReader& errors, const Json& value, CampaignSettings& settings) {
            read_count(errors, "winners", value, 1, kMaxWinners, settings.winners);
          }},
    Field{"alternates", copy<&CampaignSettings::alternates>,
          [](FieldReader& errors, const Json& value, CampaignSettings& settings) {
            read_count(errors, "alternates", value, 0, kMaxWinners, settings.alternates);
          }},
    Field{"verification", copy<&CampaignSettings::verification>,
          [](FieldReader& errors, const Json& value, CampaignSettings& settings) {
            read_choice(errors, "verification", value, parse_verification,
                        "\"link\" or \"confirm\"", settings.verification);
          }},
    Field{"duplicates", copy<&CampaignSettings::duplicates>,
          [](FieldReader& errors, const Json& value, CampaignSettings& settings) {
            read_choice(errors, "duplicates", value, parse_duplicates, "\"reject\" or \"conceal\"",
                        settings.duplicates);
          }},
    Field{"aliases", copy<&CampaignSettings::aliases>,
          [](FieldReader& errors, const Json& value, CampaignSettings& settings) {
            read_choice(errors, "aliases", value, parse_aliases, "\"distinct\" or \"merge\"",
                        settings.aliases);
          }},
    Field{"token_ttl", copy<&CampaignSettings::token_ttl>,
          [](FieldReader& errors, const Json& value, CampaignSettings& settings) {
            read_duration(errors, "token_ttl", value, kTokenTtl, settings.token_ttl);
          }},
    Field{"beacon", copy<&CampaignSettings::beacon>, read_beacon},
    Field{"draw_delay", copy<&CampaignSettings::draw_delay>, read_draw_delay},
    Field{"claim_within", copy<&CampaignSettings::claim_within>, read_claim_within},
    Field{"witnesses", copy<&CampaignSettings::witnesses>, read_witnesses},
    Field{"exclusions", copy<&CampaignSettings::exclusions>, read_exclusions},
    Field{"notify_not_drawn", copy<&CampaignSettings::notify_not_drawn>,
          [](FieldReader& errors, const Json& value, CampaignSettings& settings) {
            read_flag(errors, "notify_not_drawn", value, settings.notify_not_drawn);
          }},
    Field{"templates", copy<&CampaignSettings::templates>, read_templates},
};

const Field* find_field(std::string_view name) {
  const auto* field = std::find_if(kFields.begin(), kFields.end(),
                                   [&](const Field& one) { return one.name == name; });
  return field == kFields.end() ? nullptr : field;
}

}  // namespace

bool read_campaign_field(FieldReader& errors, std::string_view name, const Json& value,
                         CampaignSettings& settings) {
  const Field* field = find_field(name);
  if (field == nullptr) return false;
  field->read(errors, value, settings);
  return true;
}

void copy_campaign_field(std::string_view name, const CampaignSettings& from,
                         CampaignSettings& to) {
  if (const Field* field = find_field(name)) field->copy(from, to);
}

}  // namespace promotions
