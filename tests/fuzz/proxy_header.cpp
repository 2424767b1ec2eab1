// The PROXY protocol. The input is what comes first on a connection.
#include "front/proxy_header.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/require.h"

using namespace promotions;
using fuzz::require;
using Progress = ProxyHeader::Progress;

namespace {

struct Outcome {
  Progress last = Progress::need_more;
  std::string client;
  std::size_t read = 0;

  bool operator==(const Outcome&) const = default;
};

Outcome feed(std::string_view bytes, std::size_t piece_size) {
  ProxyHeader header;
  Outcome outcome;
  while (outcome.last == Progress::need_more && outcome.read < bytes.size()) {
    std::string_view piece = bytes.substr(outcome.read, piece_size);
    const std::size_t length = piece.size();
    outcome.last = header.feed(piece);
    require(outcome.last != Progress::need_more || piece.empty(), "need_more has read everything");
    outcome.read += length - piece.size();
  }
  if (outcome.last == Progress::complete && header.client())
    outcome.client = header.client()->text();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = feed(bytes, bytes.size());
  require(whole == feed(bytes, 1), "the same comes of it byte by byte");
  require(whole == feed(bytes, 7), "the same comes of it in pieces");
  require(whole.read <= ProxyHeader::kMaxBinary, "a header is bounded");
  if (whole.last == Progress::complete) {
    const std::string_view header = bytes.substr(0, whole.read);
    require(header.starts_with("PROXY ") ? header.ends_with("\r\n") && whole.read <= 107
                                         : whole.read >= 16,
            "a header ends where it says");
    require(feed(header, header.size()) == whole, "what follows does not change it");
    require(whole.client.empty() || IpAddress::parse(whole.client).has_value(),
            "a client has an address");
  }
  return 0;
}
