// The grammar of addresses. The input is what somebody gave as an address.
#include "promotions/domain/email_address.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/require.h"
#include "promotions/base/unicode.h"

using namespace promotions;
using namespace std::string_view_literals;
using fuzz::require;

namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return text;
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  return text;
}

// What is promised of an address in ASCII, written down a second time: one machine that reads it
// from left to right.
bool is_promised(std::string_view text) {
  if (text.size() > 254) return false;
  std::size_t at = 0;
  char previous = '.';  // where a part begins
  for (; at < text.size() && text[at] != '@'; previous = text[at++]) {
    const char c = text[at];
    if (c == '.' ? previous == '.'
                 : !is_letter_or_digit(c) &&
                       std::string_view("!#$%&'*+/=?^_`{|}~-").find(c) == std::string_view::npos) {
      return false;
    }
  }
  if (at == text.size() || at > 64 || previous == '.') return false;
  std::size_t labels = 1;
  std::size_t length = 0;
  previous = '.';
  for (const char c : text.substr(at + 1)) {
    if (c == '.') {
      if (length == 0 || previous == '-') return false;
      ++labels;
      length = 0;
    } else {
      if (!is_letter_or_digit(c) && (c != '-' || length == 0)) return false;
      if (++length > 63) return false;
    }
    previous = c;
  }
  return labels >= 2 && length > 0 && previous != '-';
}

void check_accepted(const EmailAddress& address, std::string_view given) {
  const std::string& text = address.text();
  require(is_ascii(text) && is_promised(text), "an accepted address keeps to the grammar");
  require(text.find_first_of("\0\r\n\t <>\"(),:;[\\]\x7F"sv) == std::string::npos,
          "an accepted address can be put into SMTP and into a header");
  const auto at = text.find('@');
  require(text.find('@', at + 1) == std::string::npos, "there is one @");
  require(given.substr(0, at + 1) == std::string_view(text).substr(0, at + 1),
          "the local part is as given");
  const std::string domain = text.substr(at + 1);
  require(lower(domain) == domain, "the domain is in lower case");
  require(address.key() == lower(text), "the key is the address in lower case");
}

void check_stable(const EmailAddress& address) {
  const std::string shown = shown_address(address.text());
  require(EmailAddress::parse(shown) == address, "an address that is shown is the same address");
  require(shown_address(address.key()).find(address_search_text(shown)) != std::string::npos,
          "who searches for what is shown finds it");
  const auto again = EmailAddress::parse(address.text());
  require(again && *again == address, "an accepted address is accepted as it is");
  const auto by_key = EmailAddress::parse(address.key());
  require(by_key && by_key->key() == address.key() && by_key->text() == address.key(),
          "a key is an address with itself as key");
  const auto loud = EmailAddress::parse(upper(address.text()));
  require(loud && loud->key() == address.key(), "case does not matter");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string typed = as_typed({reinterpret_cast<const char*>(data), size});
  const std::string_view given = typed;
  const auto address = EmailAddress::parse({reinterpret_cast<const char*>(data), size});
  require(address == EmailAddress::parse(given), "only what nobody sees is dropped");
  static_cast<void>(address_search_text(given));
  if (address) {
    check_accepted(*address, given);
    check_stable(*address);
  }
  // A-labels are for libidn2 to judge, and so is all that is not ASCII.
  if (is_ascii(given) && lower(std::string(given)).find("xn--") == std::string::npos) {
    require(address.has_value() == is_promised(given), "what the grammar allows is accepted");
    if (address) require(address->key() == lower(std::string(given)), "nothing is converted");
  }
  return 0;
}
