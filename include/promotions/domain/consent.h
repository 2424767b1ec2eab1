// The consents that a subscriber gave with the form of a campaign: the proof that GDPR Art. 7(1)
// asks for. Values and pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/domain/entry_field.h"
#include "promotions/domain/locale.h"
#include "promotions/domain/sha256.h"

namespace promotions {

struct Consent {
  std::string field;   // the name of the field in the form
  Hash text{};         // SHA-256 of the text's UTF-8 bytes, in the language that was shown
  std::string locale;  // that language
  Time given_at;       // when the sign-up said so; the verification confirms it
  friend bool operator==(const Consent&, const Consent&) = default;
};

using Consents = std::vector<Consent>;  // in the order of the form

// The consents among `data`, which read_entry_data() has written: a reader, with the campaign's
// language as the other choice, was shown the texts and ticked their boxes.
Consents consents_in(const std::vector<EntryField>& fields, const Json& data, Locale reader,
                     Locale campaign, Time given_at);

// Do both consent to the same texts, whenever they were given?
bool agree(const Consents& one, const Consents& other);

// Every text that the fields ask for consent to, in each of its languages.
std::vector<std::string> consent_texts(const std::vector<EntryField>& fields);

// The stored form: JSON. read_consents() throws any std::exception if `stored` is not in it.
std::string to_stored(const Consents& consents);
Consents read_consents(std::string_view stored);

}  // namespace promotions
