// The lists in which proxies say whom they speak for. The input is what their client put there.
#include "front/forwarded.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/require.h"
#include "promotions/front/client_address.h"

using namespace promotions;
using fuzz::require;

namespace {

using TakeLast = std::optional<IpAddress> (*)(std::string_view&);

// Every entry is a part of the list, and the walk ends.
void check_walk(TakeLast take_last, std::string_view list) {
  for (std::string_view rest = list; !rest.empty();) {
    const std::string_view before = rest;
    const auto address = take_last(rest);
    if (!address) return;
    require(rest.size() < before.size() && before.starts_with(rest), "an entry is taken off");
    require(IpAddress::parse(address->text()).has_value(), "an address is one");
  }
}

// Whatever a client sends, what the proxy adds is what is read.
void check_added(AddressHeader header, const std::string& sent, std::string_view added,
                 const char* client) {
  static const std::vector<Cidr> trusted{Cidr::parse("10.0.0.0/8").value()};
  for (const char* comma : {",", ", "}) {
    const std::string list = sent + comma + std::string(added);
    require(client_address("10.0.0.1", {header, list}, trusted) == client,
            "a client does not choose its address");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string sent(reinterpret_cast<const char*>(data), size);
  check_walk(&take_last_forwarded, sent);
  check_walk(&take_last_x_forwarded_for, sent);
  check_added(AddressHeader::x_forwarded_for, sent, "192.0.2.1", "192.0.2.1");
  check_added(AddressHeader::x_forwarded_for, sent, "[2001:db8::1]:80, 10.0.0.2", "2001:db8::1");
  check_added(AddressHeader::forwarded, sent, "for=192.0.2.1;proto=https", "192.0.2.1");
  check_added(AddressHeader::forwarded, sent, "host=\"a, b\";for=\"[2001:db8::1]:80\",for=10.0.0.2",
              "2001:db8::1");
  check_added(AddressHeader::forwarded, sent, "for=unknown", "10.0.0.1");
  return 0;
}
