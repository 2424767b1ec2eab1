#include <algorithm>

#include "mail/address.h"
#include "promotions/base/encoding.h"
#include "promotions/mail/message.h"

namespace promotions {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// RFC 5322 §3.2.3.
bool is_atom_character(char c) {
  return is_alphanumeric(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_local_part(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_atom_character);
}

bool is_label(std::string_view text) {
  return text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-'; });
}

template <typename Predicate>
bool every_dot_part(std::string_view text, Predicate is_good) {
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    if (part.empty() || !is_good(part)) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// The content of a quoted-string (RFC 5322 §3.2.4). Returns nullopt if `text` is not exactly one.
std::optional<std::string> unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string inside;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return std::nullopt;
    if (text[i] == '\\' && ++i == text.size()) return std::nullopt;
    inside += text[i];
  }
  return inside;
}

std::optional<std::string> parse_name(std::string_view text) {
  if (!is_utf8(text) || has_control(text)) return std::nullopt;
  if (text.find('"') != std::string_view::npos) return unquoted(text);
  if (text.find_first_of("<>\\") != std::string_view::npos) return std::nullopt;
  return std::string(text);
}

}  // namespace

bool is_plain_address(std::string_view address) {
  const std::size_t at = address.find('@');
  // RFC 5321 §4.5.3.1: at most 64 octets before the '@' and 254 in all (errata 1690).
  if (at == std::string_view::npos || address.size() > 254 || at > 64) return false;
  return every_dot_part(address.substr(0, at), is_local_part) &&
         every_dot_part(address.substr(at + 1), is_label);
}

std::string_view domain_of(std::string_view address) {
  return address.substr(address.rfind('@') + 1);
}

std::optional<Mailbox> Mailbox::parse(std::string_view text) {
  text = trim_ascii(text);
  std::string name;
  if (!text.empty() && text.back() == '>') {
    const std::size_t open = text.rfind('<');
    if (open == std::string_view::npos) return std::nullopt;
    const auto parsed = parse_name(trim_ascii(text.substr(0, open)));
    if (!parsed) return std::nullopt;
    name = *parsed;
    text = text.substr(open + 1, text.size() - open - 2);
  }
  if (!is_plain_address(text)) return std::nullopt;
  return Mailbox{std::move(name), std::string(text)};
}

}  // namespace promotions
