#include "promotions/domain/terms.h"

#include <array>

#include "domain/terms_reader.h"
#include "promotions/base/encoding.h"
#include "promotions/base/normal_form.h"
#include "promotions/base/time_text.h"
#include "promotions/domain/canonical_json.h"

namespace promotions {
namespace {

// Fixed with the format of the records, whatever languages the program speaks.
constexpr std::array<std::string_view, 6> kLanguages{"es", "en", "ca", "pt", "fr", "de"};

Json to_json(const std::optional<Time>& time) {
  return time ? Json(to_rfc3339(*time)) : Json(nullptr);
}

Json to_json(const TranslatedText& text) {
  return text.by_language.empty() ? Json(text.plain) : Json(text.by_language);
}

Json to_json(const Prize& prize) {
  return {{"name", to_json(prize.name)}, {"count", prize.count}, {"value", to_json(prize.value)}};
}

std::optional<Time> whole_seconds(const std::optional<Time>& time) {
  if (!time) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(*time);
}

TranslatedText read_text(RecordFields& fields, const std::string& name, RecordProblems& problems) {
  const Json* value = fields.take(name);
  if (value == nullptr) return {};
  if (const auto* text = value->get_ptr<const std::string*>()) return {*text};
  if (!value->is_object() || value->empty()) {
    fields.wrong(name, "a string, or one for each of some languages", *value);
    return {};
  }
  TranslatedText texts;
  RecordFields languages(value, fields.path(name), problems);
  for (const std::string_view language : kLanguages) {
    const std::string code(language);
    if (languages.has(code)) texts.by_language[code] = languages.text(code);
  }
  languages.no_others();
  return texts;
}

}  // namespace

Json to_json(const Terms& terms) {
  Json prizes = Json::array();
  for (const Prize& prize : terms.prizes) prizes.push_back(to_json(prize));
  return {{"version", terms.version},
          {"at", to_rfc3339(terms.at)},
          {"name", terms.name},
          {"description", terms.description},
          {"organizer", terms.organizer},
          {"contact_email", terms.contact_email},
          {"rules_url", terms.rules_url},
          {"rules_sha256", terms.rules_sha256},
          {"minimum_age", terms.minimum_age},
          {"prizes", std::move(prizes)},
          {"opens_at", to_json(terms.opens_at)},
          {"closes_at", to_json(terms.closes_at)}};
}

Hash hash_of(const Terms& terms) {
  return hash_of_json(to_json(terms));
}

Terms read_terms_fields(RecordFields fields, RecordProblems& problems) {
  Terms terms;
  terms.version = fields.number("version", 1);
  terms.at = fields.time("at");
  terms.name = fields.text("name");
  terms.description = fields.text("description");
  terms.organizer = fields.text("organizer");
  terms.contact_email = fields.text("contact_email");
  terms.rules_url = fields.text("rules_url");
  terms.rules_sha256 = fields.text(
      "rules_sha256", "nothing, or 64 lower-case hexadecimal digits",
      [](std::string_view text) { return text.empty() || parse_hash(text).has_value(); });
  if (!terms.rules_url.empty() && fields.has("rules_sha256") && terms.rules_sha256.empty()) {
    fields.note("rules_url", "needs the rules' hash in rules_sha256 beside it");
  }
  terms.minimum_age = fields.number("minimum_age", 0);
  for (RecordFields& one : fields.objects("prizes")) {
    Prize prize;
    prize.name = read_text(one, "name", problems);
    prize.value = read_text(one, "value", problems);
    prize.count = one.number("count", 1);
    one.no_others();
    terms.prizes.push_back(std::move(prize));
  }
  terms.opens_at = fields.time_or_null("opens_at");
  terms.closes_at = fields.time_or_null("closes_at");
  fields.no_others();
  return terms;
}

TermsReading read_terms(std::string_view text) {
  TermsReading reading;
  // Terms have no version of their form: theirs counts the changes of one campaign's.
  RecordReading record = read_record(text, RecordVersion::none);
  reading.problems = std::move(record.problems);
  if (record.json.is_null()) return reading;
  reading.terms = read_terms_fields({&record.json, "", reading.problems}, reading.problems);
  return reading;
}

Terms terms_of(const Campaign& campaign, std::int64_t version, Time at) {
  const CampaignSettings& settings = campaign.settings;
  Terms terms;
  terms.version = version;
  terms.at = std::chrono::floor<std::chrono::seconds>(at);
  terms.name = to_nfc(settings.name);
  terms.description = to_nfc(settings.description);
  terms.organizer = settings.organizer;
  terms.contact_email = settings.contact_email;
  terms.rules_url = settings.rules_url;
  terms.rules_sha256 =
      settings.rules.empty() ? settings.rules_sha256 : to_hex(sha256(settings.rules));
  terms.minimum_age = settings.minimum_age;
  terms.prizes = settings.prizes;
  terms.opens_at = whole_seconds(settings.opens_at);
  terms.closes_at = whole_seconds(settings.closes_at);
  return terms;
}

}  // namespace promotions
