#include "api/campaign_fields.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "api/draw_fields.h"
#include "api/field_values.h"
#include "promotions/base/time_text.h"
#include "promotions/base/unicode.h"
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
  if (is_blank(*text) || text->size() > kMaxName || !is_one_line(*text)) {
    errors.wrong("name", "out_of_range",
                 "must be one line of 1 to 200 bytes, without control characters");
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
  if (!Locale::find(*text)) {
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

struct TemplatePart {
  std::string_view name;
  std::optional<std::string> MailTemplate::*text;
};

constexpr std::array kTemplateParts{TemplatePart{"subject", &MailTemplate::subject},
                                    TemplatePart{"text", &MailTemplate::text},
                                    TemplatePart{"html", &MailTemplate::html}};

const TemplatePart* find_template_part(std::string_view name) {
  const auto* part = std::find_if(kTemplateParts.begin(), kTemplateParts.end(),
                                  [&](const TemplatePart& one) { return one.name == name; });
  return part == kTemplateParts.end() ? nullptr : part;
}

void check_template_part(FieldReader& errors, const std::string& kind, const std::string& field,
                         std::string_view part, const Json& value) {
  if (find_template_part(part) == nullptr) {
    errors.wrong(field, "unknown_field", "must be subject, text or html");
  } else if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (const auto fault = mail_template_fault(kind, text)) {
      errors.wrong(field, fault->code,
                   (fault->code == "invalid" ? "is not a template: " : "") + fault->detail);
    } else if (part == "subject" && !is_one_line(text)) {
      errors.wrong(field, "invalid", "must be one line, without control characters");
    }
  } else if (!value.is_null()) {
    errors.wrong(field, "wrong_type", "must be a string or null");
  }
}

// By kind and part; null is none of it.
void check_templates(FieldReader& errors, const Json& value) {
  if (value.is_null()) return;
  if (!value.is_object()) {
    errors.wrong("templates", "wrong_type", "must be an object or null");
    return;
  }
  for (const auto& [kind, parts] : value.items()) {
    const std::string field = "templates." + kind;
    if (!is_mail_kind(kind)) {
      errors.wrong(field, "unknown_field", "is not a kind of mail");
    } else if (parts.is_object()) {
      for (const auto& [part, text] : parts.items()) {
        check_template_part(errors, kind, std::string(field).append(".").append(part), part, text);
      }
    } else if (!parts.is_null()) {
      errors.wrong(field, "wrong_type", "must be an object or null");
    }
  }
}

// Changes what `given`, which has been checked, names: a text replaces its part; null takes away
// the part, the kind, or all. It compiles no template, for it is done within a write.
void merge_templates(const Json& given, MailTemplates& templates) {
  if (given.is_null()) return templates.clear();
  for (const auto& [kind, parts] : given.items()) {
    if (parts.is_null()) {
      templates.erase(kind);
      continue;
    }
    MailTemplate& entry = templates[kind];
    for (const auto& [name, text] : parts.items()) {
      std::optional<std::string>& part = entry.*find_template_part(name)->text;
      part = text.is_null() ? std::nullopt : std::optional(text.get<std::string>());
    }
    if (entry == MailTemplate{}) templates.erase(kind);
  }
}

void read_templates(FieldReader& errors, const Json& value, CampaignSettings& settings) {
  check_templates(errors, value);
  if (!errors.failed()) merge_templates(value, settings.templates);
}

struct Field {
  std::string_view name;
  // `given` was read into `read`; makes the change to what is stored.
  void (*change)(const Json& given, const CampaignSettings& read, CampaignSettings& stored);
  void (*read)(FieldReader&, const Json&, CampaignSettings&);
};

template <auto Member>
void copy(const Json& /*given*/, const CampaignSettings& read, CampaignSettings& stored) {
  stored.*Member = read.*Member;
}

void change_templates(const Json& given, const CampaignSettings& /*read*/,
                      CampaignSettings& stored) {
  merge_templates(given, stored.templates);
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
    Field{"templates", change_templates, read_templates},
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

void change_campaign_field(std::string_view name, const Json& given, const CampaignSettings& read,
                           CampaignSettings& stored) {
  if (const Field* field = find_field(name)) field->change(given, read, stored);
}

}  // namespace promotions
