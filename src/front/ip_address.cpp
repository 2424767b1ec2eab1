#include "promotions/front/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace promotions {
namespace {

constexpr std::array<unsigned char, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  // inet_pton() would read only what stands before a NUL.
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  text.copy(terminated.data(), text.size());
  IpAddress address;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes_.begin());
  if (::inet_pton(AF_INET, terminated.data(), address.bytes_.data() + 12) == 1) return address;
  if (::inet_pton(AF_INET6, terminated.data(), address.bytes_.data()) == 1) return address;
  return std::nullopt;
}

IpAddress IpAddress::of_bytes(std::span<const unsigned char> bytes) {
  IpAddress address;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes_.begin());
  std::copy_backward(bytes.begin(), bytes.end(), address.bytes_.end());
  return address;
}

bool IpAddress::is_ipv4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin());
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_ipv4()) {
    ::inet_ntop(AF_INET, bytes_.data() + 12, text.data(), text.size());
  } else {
    ::inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
  }
  return text.data();
}

IpAddress IpAddress::network_of_64_bits() const {
  IpAddress network = *this;
  if (!is_ipv4()) {
    std::fill(network.bytes_.begin() + 8, network.bytes_.end(), static_cast<unsigned char>(0));
  }
  return network;
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const std::string_view address = text.substr(0, text.find('/'));
  const auto network = IpAddress::parse(address);
  if (!network) return std::nullopt;
  Cidr cidr;
  cidr.network_ = *network;
  if (address.size() == text.size()) return cidr;
  const std::string_view digits = text.substr(address.size() + 1);
  int prefix = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  const bool ipv4 = address.find(':') == std::string_view::npos;
  if (error != std::errc{} || end != digits.data() + digits.size() || prefix < 0 ||
      prefix > (ipv4 ? 32 : 128)) {
    return std::nullopt;
  }
  cidr.prefix_ = ipv4 ? prefix + 96 : prefix;  // kMappedPrefix is 96 bits long
  return cidr;
}

bool Cidr::contains(const IpAddress& address) const {
  const auto& own = network_.bytes_;
  const auto whole = static_cast<std::size_t>(prefix_ / 8);
  if (!std::equal(own.begin(), own.begin() + static_cast<std::ptrdiff_t>(whole),
                  address.bytes_.begin())) {
    return false;
  }
  const int rest = prefix_ % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<unsigned char>(0xFF00U >> static_cast<unsigned>(rest));
  return ((own.at(whole) ^ address.bytes_.at(whole)) & mask) == 0;
}

}  // namespace promotions
