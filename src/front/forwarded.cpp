#include "front/forwarded.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "promotions/front/http_syntax.h"

namespace promotions {
namespace {

using namespace http_syntax;

constexpr std::size_t kMaxPairs = 8;  // of one entry; RFC 7239 knows four

// RFC 7239 §6: a number, or a name that hides it.
bool is_port(std::string_view text) {
  if (text.starts_with('_')) return is_token(text);
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

// RFC 7239 §6, and an IPv6 address that lost its brackets.
std::optional<IpAddress> node_address(std::string_view node) {
  std::string_view behind;
  if (node.starts_with('[')) {
    const auto end = node.find(']');
    if (end == std::string_view::npos || node.substr(0, end).find(':') == std::string_view::npos) {
      return std::nullopt;
    }
    behind = node.substr(end + 1);
    node = node.substr(1, end - 1);
  } else if (std::count(node.begin(), node.end(), ':') == 1) {
    behind = node.substr(node.find(':'));
    node = node.substr(0, node.find(':'));
  }
  if (!behind.empty() && (behind.front() != ':' || !is_port(behind.substr(1)))) {
    return std::nullopt;
  }
  return IpAddress::parse(node);
}

// The value of a pair, or nullopt if its quotes or escapes are broken.
std::optional<std::string> unquoted(std::string_view quoted) {
  std::string text;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '\\' && ++i == quoted.size()) return std::nullopt;
    text += quoted[i];
  }
  return text;
}

// Reads one entry of Forwarded from its end to its beginning.
class EntryReader {
 public:
  explicit EntryReader(std::string_view& list) : list_(list) {}

  std::optional<IpAddress> read() {
    for (;;) {
      skip_white();
      if (list_.empty()) return node();
      const char last = list_.back();
      if (last == ',' || last == ';') {
        list_.remove_suffix(1);
        if (last == ',') return node();
        may_be_pair_ = true;  // or nothing, between two semicolons
      } else if (!std::exchange(may_be_pair_, false) || !read_pair()) {
        return std::nullopt;
      }
    }
  }

 private:
  void skip_white() {
    while (!list_.empty() && (list_.back() == ' ' || list_.back() == '\t')) list_.remove_suffix(1);
  }

  bool read_pair() {
    auto value = list_.ends_with('"') ? quoted_value() : plain_value();
    if (!value || !list_.ends_with('=')) return false;
    list_.remove_suffix(1);
    const std::string_view name = take_while([](char c) { return is_token({&c, 1}); });
    if (name.empty() || count_ == kMaxPairs) return false;
    for (std::size_t i = 0; i < count_; ++i) {
      if (same_ignoring_case(names_[i], name)) return false;
    }
    names_[count_++] = name;
    if (same_ignoring_case(name, "for")) node_ = std::move(value);
    return true;
  }

  std::optional<std::string> plain_value() {
    const std::string_view value = take_while([](char c) {
      return is_token({&c, 1}) || c == ':' || c == '[' || c == ']';
    });
    return value.empty() ? std::nullopt : std::optional<std::string>(value);
  }

  // From the closing quote to the opening one, which no backslash escapes.
  std::optional<std::string> quoted_value() {
    list_.remove_suffix(1);
    if (is_escaped()) return std::nullopt;
    const std::string_view before = list_;
    for (;;) {
      const auto quote = list_.rfind('"');
      if (quote == std::string_view::npos) return std::nullopt;
      list_ = list_.substr(0, quote);
      if (!is_escaped()) return unquoted(before.substr(quote + 1));
    }
  }

  // Is the byte behind list_ escaped: is the number of backslashes at its end odd?
  bool is_escaped() const {
    const auto last_other = list_.find_last_not_of('\\');
    const auto backslashes =
        list_.size() - (last_other == std::string_view::npos ? 0 : last_other + 1);
    return backslashes % 2 == 1;
  }

  template <typename Predicate>
  std::string_view take_while(Predicate fits) {
    std::size_t length = 0;
    while (length < list_.size() && fits(list_[list_.size() - 1 - length])) ++length;
    const std::string_view taken = list_.substr(list_.size() - length);
    list_.remove_suffix(length);
    return taken;
  }

  std::optional<IpAddress> node() const { return node_ ? node_address(*node_) : std::nullopt; }

  std::string_view& list_;
  bool may_be_pair_ = true;  // at the end of the entry, or before a semicolon
  std::array<std::string_view, kMaxPairs> names_;
  std::size_t count_ = 0;
  std::optional<std::string> node_;  // of the pair "for"
};

}  // namespace

std::optional<IpAddress> take_last_forwarded(std::string_view& list) {
  return EntryReader(list).read();
}

std::optional<IpAddress> take_last_x_forwarded_for(std::string_view& list) {
  const auto comma = list.rfind(',');
  const std::string_view entry = trim(list.substr(comma == std::string_view::npos ? 0 : comma + 1));
  list = list.substr(0, comma == std::string_view::npos ? 0 : comma);
  return node_address(entry);
}

}  // namespace promotions
