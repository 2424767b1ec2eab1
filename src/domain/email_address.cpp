#include "promotions/domain/email_address.h"

#include <idn2.h>

#include <algorithm>
#include <memory>

#include "promotions/base/encoding.h"
#include "promotions/base/unicode.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxLocalPart = 64;  // RFC 5321 §4.5.3.1.1
constexpr std::size_t kMaxAddress = 254;   // RFC 5321 §4.5.3.1.3 less "<>", errata 1690
constexpr std::size_t kMaxLabel = 63;      // RFC 1035 §2.3.4
// No longer UTF-8 text can become an address of kMaxAddress octets. Bounds the work on hostile
// input.
constexpr std::size_t kMaxInput = 4 * kMaxAddress;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_atext(char c) {
  return is_letter_or_digit(c) ||
         std::string_view("!#$%&'*+/=?^_`{|}~-").find(c) != std::string_view::npos;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Is `is_good` true for all parts of `text` between dots?
template <typename Predicate>
bool all_parts(std::string_view text, Predicate is_good) {
  for (;;) {
    const auto dot = text.find('.');
    if (!is_good(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_local_part(std::string_view text) {
  return text.size() <= kMaxLocalPart && all_parts(text, [](std::string_view part) {
           return !part.empty() && std::all_of(part.begin(), part.end(), is_atext);
         });
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kMaxLabel && label.front() != '-' &&
         label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
           return c == '-' || is_letter_or_digit(c);
         });
}

bool is_domain(std::string_view text) {
  return text.find('.') != std::string_view::npos && all_parts(text, is_label);
}

bool has_a_label(std::string_view domain) {
  return domain.starts_with("xn--") || domain.find(".xn--") != std::string_view::npos;
}

// Converts U-labels to A-labels, and checks that A-labels are valid. `domain` is UTF-8 without NUL.
//
// IDN2_USE_STD3_ASCII_RULES is not set: with it, libidn2 drops ASCII characters that are not
// allowed, and "ex＠mple.org" would become another domain, "exmple.org". Without it they stay, and
// are refused later.
std::optional<std::string> to_a_labels(const std::string& domain) {
  char* converted = nullptr;
  const int error = idn2_to_ascii_8z(domain.c_str(), &converted, IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, decltype(&idn2_free)> owner(converted, idn2_free);
  if (error != IDN2_OK || converted == nullptr) return std::nullopt;
  return to_lower_ascii(converted);
}

std::optional<std::string> normalised_domain(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  std::optional<std::string> domain = to_lower_ascii(text);
  if (!is_ascii(text) || has_a_label(*domain)) domain = to_a_labels(*domain);
  // The check comes after the conversion, because UTS 46 maps some characters to dots or to
  // nothing.
  if (!domain || !is_domain(*domain)) return std::nullopt;
  return domain;
}

// Converts A-labels to U-labels in NFC. Returns nullopt if one of them is not valid.
std::optional<std::string> to_u_labels(const std::string& domain) {
  char* converted = nullptr;
  const int error = idn2_to_unicode_8z8z(domain.c_str(), &converted, 0);
  const std::unique_ptr<char, decltype(&idn2_free)> owner(converted, idn2_free);
  if (error != IDN2_OK || converted == nullptr) return std::nullopt;
  return std::string(converted);
}

// A label, or a part of one, in lower case and NFC. Text that IDNA refuses only gets lower case.
std::string normalised_fragment(std::string_view label) {
  if (is_ascii(label)) return to_lower_ascii(label);
  const auto through_labels = [](const std::string& text) -> std::optional<std::string> {
    const auto a_label = to_a_labels(text);
    return a_label ? to_u_labels(*a_label) : std::nullopt;
  };
  const std::string text = to_lower_ascii(label);
  if (auto whole = through_labels(text)) return *whole;
  // A part of a label may begin or end with a hyphen, which a whole label may not.
  const auto padded = through_labels("a" + text + "a");
  return padded && padded->size() > 2 ? padded->substr(1, padded->size() - 2) : text;
}

}  // namespace

EmailAddress::EmailAddress(std::string text, std::string key)
    : text_(std::move(text)), key_(std::move(key)) {}

std::optional<EmailAddress> EmailAddress::parse(std::string_view given) {
  const std::string typed = as_typed(given);
  const std::string_view text = typed;
  const auto at = text.find('@');
  if (at == std::string_view::npos || text.size() > kMaxInput || !is_utf8(text)) {
    return std::nullopt;
  }
  const std::string_view local_part = text.substr(0, at);
  if (!is_local_part(local_part)) return std::nullopt;
  const auto domain = normalised_domain(text.substr(at + 1));
  if (!domain) return std::nullopt;

  std::string address = std::string(local_part) + "@" + *domain;
  if (address.size() > kMaxAddress) return std::nullopt;
  std::string key = to_lower_ascii(address);
  return EmailAddress(std::move(address), std::move(key));
}

std::string shown_address(std::string_view stored) {
  const auto at = stored.find('@');
  if (at == std::string_view::npos || !has_a_label(stored.substr(at + 1))) {
    return std::string(stored);
  }
  const auto domain = to_u_labels(std::string(stored.substr(at + 1)));
  if (!domain) return std::string(stored);
  std::string shown = std::string(stored.substr(0, at + 1)) + *domain;
  // Somebody who copies the shown address must reach the same mailbox.
  const auto again = EmailAddress::parse(shown);
  return again && again->text() == stored ? shown : std::string(stored);
}

std::string address_search_text(std::string_view given) {
  const std::string typed = as_typed(given);
  if (!is_utf8(typed) || typed.find('\0') != std::string::npos) return to_lower_ascii(typed);
  // Label by label, so that "@" and dots stay and one label that IDNA refuses does not spoil
  // others.
  std::string text;
  std::string_view rest = typed;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find_first_of("@."));
    text += normalised_fragment(part);
    rest.remove_prefix(part.size());
    if (rest.empty()) break;
    text += rest.front();
    rest.remove_prefix(1);
  }
  return text;
}

std::string EmailAddress::mailbox() const {
  return mailbox_of(key_);
}

std::string mailbox_of(std::string_view key) {
  const std::size_t at = key.rfind('@');
  std::string local_part(key.substr(0, std::min(at, key.find('+', 1))));
  std::string_view domain = key.substr(at + 1);
  if (domain == "gmail.com" || domain == "googlemail.com") {
    std::erase(local_part, '.');
    domain = "gmail.com";
  }
  // The part before a tag may end in a dot ("ana.+x"), which no address may.
  while (local_part.size() > 1 && local_part.back() == '.') local_part.pop_back();
  return local_part.append("@").append(domain);
}

}  // namespace promotions
