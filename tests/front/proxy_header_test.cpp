#include "front/proxy_header.h"

#include <vector>

#include "support/catch.h"

using namespace promotions;
using namespace std::string_literals;

namespace {

using Progress = ProxyHeader::Progress;

constexpr const char* kNobody = "nobody";

// What comes of `bytes` in pieces: the client that they name, kNobody, "broken" or "need more"; and
// behind a bar what was not read.
std::string outcome(std::string_view bytes, std::size_t piece) {
  ProxyHeader header;
  auto progress = Progress::need_more;
  std::string_view input;
  while (progress == Progress::need_more && !bytes.empty()) {
    input = bytes.substr(0, piece);
    bytes.remove_prefix(input.size());
    progress = header.feed(input);
  }
  if (progress == Progress::broken) return "broken";
  if (progress == Progress::need_more) return "need more";
  const std::string client = header.client() ? header.client()->text() : kNobody;
  return client + "|" + std::string(input) + std::string(bytes);
}

void check(const std::string& bytes, const std::string& expected) {
  CAPTURE(bytes.substr(0, 200));
  for (const std::size_t piece : {bytes.size(), std::size_t{1}, std::size_t{5}}) {
    CHECK(outcome(bytes, piece) == expected);
  }
}

std::string binary(char command, char family, const std::string& rest) {
  std::string bytes = "\r\n\r\n\0\r\nQUIT\n"s;
  bytes += command;
  bytes += family;
  bytes += static_cast<char>(rest.size() >> 8);
  bytes += static_cast<char>(rest.size() & 0xFF);
  return bytes + rest;
}

const std::string kFour = "\xC0\x00\x02\x01\xC6\x33\x64\x01\x12\x67\x01\xBB"s;
const std::string kSix = "\x20\x01\x0D\xB8"s + std::string(11, '\0') + "\x01" +
                         "\x20\x01\x0D\xB8"s + std::string(11, '\0') + "\x02" + "\x12\x67\x01\xBB";

}  // namespace

TEST_CASE("PROXY header: a line names the client", "[front]") {
  check("PROXY TCP4 192.0.2.1 198.51.100.1 4711 443\r\nGET /", "192.0.2.1|GET /");
  check("PROXY TCP6 2001:db8::1 2001:DB8::2 0 65535\r\n", "2001:db8::1|");
  check("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "192.0.2.1|");
  check("PROXY UNKNOWN\r\nGET /", "nobody|GET /");
  check("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n", "nobody|");
}

TEST_CASE("PROXY header: a line that is not as it must be is broken", "[front]") {
  for (const char* bytes : {"GET / HTTP/1.1\r\n",
                            "proxy TCP4 192.0.2.1 198.51.100.1 1 2\r\n",
                            "PROXY  TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
                            "PROXY\tTCP4",
                            "PROXX",
                            "PROXY TCP4\r\n",
                            "PROXY \r\n",
                            "PROXY TCP5 192.0.2.1 192.0.2.2 1 2\r\n",
                            "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
                            "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
                            "PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n",
                            "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n",
                            "PROXY TCP4 192.0.2.1  192.0.2.2 1 2\r\n",
                            "PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n",
                            "PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n",
                            "PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n",
                            "PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n",
                            "PROXY TCP4 192.0.2.1 x 1 2\r\n",
                            "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n",
                            "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n"}) {
    check(bytes, "broken");
  }
  const std::string longest = "PROXY UNKNOWN " + std::string(91, 'x') + "\r\n";
  CHECK(longest.size() == ProxyHeader::kMaxText);
  check(longest, "nobody|");
  check("PROXY UNKNOWN " + std::string(92, 'x') + "\r\n", "broken");
  check("PROXY TCP4 192.0.2.1 198.51.100.1 4711 443\r", "need more");
}

TEST_CASE("PROXY header: bytes name the client", "[front]") {
  check(binary('\x21', '\x11', kFour) + "GET /", "192.0.2.1|GET /");
  check(binary('\x21', '\x12', kFour), "192.0.2.1|");
  check(binary('\x21', '\x21', kSix) + "GET /", "2001:db8::1|GET /");
  // What may follow the addresses is skipped.
  check(binary('\x21', '\x11',
               kFour + "\x04\x00\x03"
                       "abc"s) +
            "GET /",
        "192.0.2.1|GET /");
  check(binary('\x21', '\x21', kSix + std::string(16'384 - 36, 'x')) + "GET /",
        "2001:db8::1|GET /");
  // The proxy's own connections, and clients that have no address of ours.
  check(binary('\x20', '\x00', "") + "GET /", "nobody|GET /");
  check(binary('\x20', '\x11', kFour) + "GET /", "nobody|GET /");
  check(binary('\x20', '\x11', "") + "GET /", "nobody|GET /");
  check(binary('\x21', '\x00', "") + "GET /", "nobody|GET /");
  check(binary('\x21', '\x00', "abc") + "GET /", "nobody|GET /");
  check(binary('\x21', '\x31', std::string(216, 'x')) + "GET /", "nobody|GET /");
}

TEST_CASE("PROXY header: bytes that are not as they must be are broken", "[front]") {
  const std::string good = binary('\x21', '\x11', kFour);
  for (std::size_t at = 0; at < 12; ++at) {
    std::string bytes = good;
    bytes[at] = 'x';
    check(bytes, "broken");
  }
  for (std::size_t length = 0; length < good.size(); ++length) {
    check(good.substr(0, length), "need more");
  }
  check(binary('\x11', '\x11', kFour), "broken");
  check(binary('\x31', '\x11', kFour), "broken");
  check(binary('\x22', '\x11', kFour), "broken");
  check(binary('\x21', '\x41', kFour), "broken");
  check(binary('\x21', '\x13', kFour), "broken");
  check(binary('\x21', '\x11', kFour.substr(1)), "broken");
  check(binary('\x21', '\x21', kFour), "broken");
  check(binary('\x21', '\x31', kSix), "broken");
  check(binary('\x21', '\x11', std::string(16'385, 'x')), "broken");
}
