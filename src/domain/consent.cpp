#include "promotions/domain/consent.h"

#include <algorithm>
#include <stdexcept>

#include "promotions/base/encoding.h"
#include "promotions/base/json.h"

namespace promotions {
namespace {

// The language of TranslatedText::in(). A text without one is taken to be in the reader's, in which
// the form around it was.
std::string language_shown(const TranslatedText& text, Locale reader, Locale campaign) {
  const auto& languages = text.by_language;
  if (languages.empty() || languages.contains(reader.tag())) return std::string(reader.tag());
  if (languages.contains(campaign.tag())) return std::string(campaign.tag());
  return languages.begin()->first;
}

}  // namespace

Consents consents_in(const std::vector<EntryField>& fields, const Json& data, Locale reader,
                     Locale campaign, Time given_at) {
  Consents consents;
  for (const EntryField& field : fields) {
    if (field.type != FieldType::consent) continue;
    const auto given = data.find(field.name);
    if (given == data.end() || *given != true) continue;
    consents.push_back({field.name, sha256(field.text.in(reader, campaign)),
                        language_shown(field.text, reader, campaign), given_at});
  }
  return consents;
}

std::vector<std::string> consent_texts(const std::vector<EntryField>& fields) {
  std::vector<std::string> texts;
  for (const EntryField& field : fields) {
    if (field.type != FieldType::consent) continue;
    if (!field.text.plain.empty()) texts.push_back(field.text.plain);
    for (const auto& [language, text] : field.text.by_language) texts.push_back(text);
  }
  return texts;
}

bool agree(const Consents& one, const Consents& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](const Consent& a, const Consent& b) {
                      return a.field == b.field && a.text == b.text && a.locale == b.locale;
                    });
}

std::string to_stored(const Consents& consents) {
  Json stored = Json::array();
  for (const Consent& consent : consents) {
    stored.push_back({{"field", consent.field},
                      {"text", to_hex(consent.text)},
                      {"locale", consent.locale},
                      {"given_at", consent.given_at.time_since_epoch().count()}});
  }
  return stored.dump();
}

Consents read_consents(std::string_view stored) {
  Consents consents;
  for (const Json& one : Json::parse(stored)) {
    const auto text = parse_hash(one.at("text").get_ref<const std::string&>());
    if (!text) throw std::invalid_argument("the hash of a consent is none");
    consents.push_back({one.at("field").get<std::string>(), *text,
                        one.at("locale").get<std::string>(),
                        Time{Millis{one.at("given_at").get<std::int64_t>()}}});
  }
  return consents;
}

}  // namespace promotions
