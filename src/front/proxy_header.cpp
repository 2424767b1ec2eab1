#include "front/proxy_header.h"

#include <algorithm>
#include <array>
#include <span>

#include "promotions/front/http_syntax.h"

namespace promotions {
namespace {

using namespace std::string_view_literals;
using Progress = ProxyHeader::Progress;

constexpr std::string_view kText = "PROXY ";
constexpr std::string_view kBinary = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::size_t kFixed = 16;  // signature 12, version and command 1, family 1, length 2

// Version 2: how many bytes the addresses of a family take.
struct Family {
  std::size_t both = 0;  // both addresses and ports together
  std::size_t each = 0;  // one address; 0: the family has none that we want
};
// By the family's number: unspecified, IPv4, IPv6, Unix.
constexpr std::array<Family, 4> kFamilies{{{0, 0}, {12, 4}, {36, 16}, {216, 0}}};

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

bool is_port(std::string_view text) {
  const bool is_number = !text.empty() && text.size() <= 5 &&
                         std::all_of(text.begin(), text.end(), http_syntax::is_digit);
  if (!is_number || (text.size() > 1 && text.front() == '0')) return false;
  return *http_syntax::parse_length(text) <= 65'535;
}

// Takes the text up to the next space, and the space with it; after the last word stands none.
std::string_view take_word(std::string_view& line) {
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(word.size() + 1, line.size()));
  return word;
}

std::optional<IpAddress> parse_address(std::string_view text, bool is_ipv6) {
  if ((text.find(':') != std::string_view::npos) != is_ipv6) return std::nullopt;
  return IpAddress::parse(text);
}

}  // namespace

Progress ProxyHeader::feed(std::string_view& input) {
  auto progress = Progress::need_more;
  // Byte by byte, as what follows the header belongs to the first request. Both signatures differ
  // in their first byte, which decides the version.
  while (progress == Progress::need_more && !input.empty()) {
    if (read_.size() < kept_) {
      read_ += input.front();
      input.remove_prefix(1);
      progress = read_.front() == kText.front() ? read_text_byte() : read_binary_byte();
    } else {  // skips the extensions and the addresses that are of no use
      const auto length = std::min(left_, input.size());
      input.remove_prefix(length);
      left_ -= length;
      if (left_ == 0) progress = Progress::complete;
    }
  }
  return progress;
}

// The last byte of read_ is new, here and in read_binary_byte().
Progress ProxyHeader::read_text_byte() {
  const auto at = read_.size() - 1;
  if (at < kText.size() && read_[at] != kText[at]) return Progress::broken;
  if (read_[at] == '\n') return read_text_line();
  return read_.size() < kMaxText ? Progress::need_more : Progress::broken;
}

// "PROXY TCP4 192.0.2.1 198.51.100.1 4711 443\r\n"
Progress ProxyHeader::read_text_line() {
  std::string_view line = read_;
  if (!line.ends_with("\r\n")) return Progress::broken;
  line.remove_suffix(2);
  line.remove_prefix(kText.size());
  const std::string_view protocol = take_word(line);
  if (protocol == "UNKNOWN") return Progress::complete;  // the protocol says to ignore what follows
  const bool is_ipv6 = protocol == "TCP6";
  if (!is_ipv6 && protocol != "TCP4") return Progress::broken;
  const auto source = parse_address(take_word(line), is_ipv6);
  const auto destination = parse_address(take_word(line), is_ipv6);
  const std::string_view source_port = take_word(line);
  if (!source || !destination || !is_port(source_port) || !is_port(line)) return Progress::broken;
  client_ = source;
  return Progress::complete;
}

Progress ProxyHeader::read_binary_byte() {
  const auto at = read_.size() - 1;
  if (at < kBinary.size() && read_[at] != kBinary[at]) return Progress::broken;
  if (read_.size() == kFixed && !read_lengths()) return Progress::broken;
  if (read_.size() < kept_) return Progress::need_more;
  // The source address comes first, directly behind the fixed part.
  if (kept_ > kFixed) {
    const std::size_t length = kFamilies.at(byte_at(read_, 13) >> 4U).each;
    std::array<unsigned char, 16> source{};
    std::copy_n(read_.begin() + kFixed, length, source.begin());
    client_ = IpAddress::of_bytes(std::span(source).first(length));
  }
  return left_ == 0 ? Progress::complete : Progress::need_more;
}

// Reads what the fixed part announces. Returns false if the protocol does not know it, or if the
// header would be longer than kMaxBinary.
bool ProxyHeader::read_lengths() {
  const unsigned version = byte_at(read_, 12) >> 4U;
  const unsigned command = byte_at(read_, 12) & 0xFU;  // 0: LOCAL, 1: PROXY
  const unsigned family = byte_at(read_, 13) >> 4U;
  const unsigned transport = byte_at(read_, 13) & 0xFU;
  const std::size_t length = (byte_at(read_, 14) << 8U) | byte_at(read_, 15);
  if (version != 2 || command > 1 || family >= kFamilies.size() || transport > 2 ||
      kFixed + length > kMaxBinary) {
    return false;
  }
  // The addresses behind LOCAL mean nothing: the proxy checks on us by itself.
  const Family addresses = command == 1 ? kFamilies.at(family) : Family{};
  if (length < addresses.both) return false;
  const std::size_t kept = addresses.each > 0 ? addresses.both : 0;
  kept_ = kFixed + kept;
  left_ = length - kept;
  return true;
}

}  // namespace promotions
