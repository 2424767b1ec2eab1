#include "front/forwarded.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "promotions/front/http_syntax.h"

namespace promotions {
namespace {

using namespace http_syntax;

constexpr std::size_t kMaxPairs = 8;  // in one entry; RFC 7239 defines four

// RFC 7239 §6: a number, or a name that hides it.
bool is_port(std::string_view text) {
  if (text.starts_with('_')) return is_token(text);
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

// Reads a node of RFC 7239 §6, also an IPv6 address without its brackets. A single colon stands
// before a port; more than one belong to such an IPv6 address.
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

// Returns what a quoted string stands for; nullopt if it ends within an escape.
std::optional<std::string> unquoted(std::string_view quoted) {
  std::string text;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '\\' && ++i == quoted.size()) return std::nullopt;
    text += quoted[i];
  }
  return text;
}

// Reads one entry of Forwarded from its end to its beginning, and takes it off the list.
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
        if (last == ',') return node();  // the comma ends the entry before this one
        may_be_pair_ = true;             // a pair may stand before the semicolon, or nothing
      } else if (!std::exchange(may_be_pair_, false) || !read_pair()) {
        return std::nullopt;  // two pairs without a semicolon between them, or a broken one
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

  // Reads back from the closing quote to the opening one, which is the first that no backslash
  // escapes.
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

  // Whether the byte that followed list_ is escaped: an odd number of backslashes stands before it.
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
  bool may_be_pair_ = true;  // true at the end of the entry and before a semicolon
  std::array<std::string_view, kMaxPairs> names_;
  std::size_t count_ = 0;
  std::optional<std::string> node_;  // the value of the pair "for"
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
