#include "http/client_finder.h"

#include "promotions/base/errors.h"
#include "promotions/base/log.h"

namespace promotions {
namespace {

constexpr std::chrono::hours kProxyWarnPause{1};  // repeating it sooner would tell nothing new

std::vector<Cidr> parse_all(const std::vector<std::string>& ranges) {
  std::vector<Cidr> parsed;
  for (const std::string& range : ranges) {
    const auto cidr = Cidr::parse(range);
    if (!cidr) throw UserError("server.trusted_proxies: " + range + " is no network");
    parsed.push_back(*cidr);
  }
  return parsed;
}

}  // namespace

ClientFinder::ClientFinder(const HttpOptions& options)
    : proxy_protocol_(options.proxy_protocol),
      header_(address_header_of(options.client_address_header)),
      trusted_(parse_all(options.trusted_proxies)) {}

std::string ClientFinder::find(const Request& request) {
  const FramedRequest& framed = request.framed();
  const std::string& peer = framed.peer_address;
  if (request.is_control()) return {};
  if (proxy_protocol_) return peer;  // the client that the protocol named; no field is believed
  const std::string_view wanted = name_of(header_);
  const std::string_view other =
      name_of(header_ == AddressHeader::forwarded ? AddressHeader::x_forwarded_for
                                                  : AddressHeader::forwarded);
  const bool has_wanted = request.has_header(wanted);
  if (!has_wanted && !request.has_header(other)) return peer;
  if (!is_within(peer, trusted_)) {
    warn_of_field(peer, has_wanted ? wanted : other,
                  "it is not in server.trusted_proxies, so all whom it speaks for count as one "
                  "client; if it is your proxy, add it there");
    return peer;
  }
  if (!has_wanted) {
    warn_of_field(peer, other,
                  "server.client_address_header names the other one, so all whom it speaks for "
                  "count as one client");
  }
  // In a part of a head the field that the proxy wrote may be missing, and the one that is there be
  // the client's.
  if (!framed.has_whole_head) return peer;
  const std::string list = request.header_list(wanted);
  return client_address(peer, {header_, list}, trusted_);
}

void ClientFinder::warn_of_field(std::string_view peer, std::string_view field,
                                 std::string_view advice) {
  const auto now = std::chrono::steady_clock::now();
  if (now < warn_again_) return;
  warn_again_ = now + kProxyWarnPause;
  logs::warn("{} sends {}, which is not believed: {}", peer, field, advice);
}

}  // namespace promotions
