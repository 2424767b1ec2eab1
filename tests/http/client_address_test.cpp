#include "http/client_address.h"

#include "support/catch.h"

using namespace promotions;

namespace {

struct Case {
  const char* peer;
  const char* forwarded;
  const char* x_forwarded_for;
  const char* client;
};

std::vector<Cidr> ranges(const std::vector<std::string>& texts) {
  std::vector<Cidr> parsed;
  for (const std::string& text : texts) parsed.push_back(Cidr::parse(text).value());
  return parsed;
}

}  // namespace

TEST_CASE("client address: only what trusted hops vouch for is believed", "[http]") {
  const auto trusted = ranges({"127.0.0.1/32", "10.0.0.0/8", "2001:db8:1::/48"});
  const Case cases[] = {
      // A peer that is not trusted speaks for itself.
      {"203.0.113.9", "", "", "203.0.113.9"},
      {"203.0.113.9", "", "192.0.2.1", "203.0.113.9"},
      {"203.0.113.9", "for=192.0.2.1", "192.0.2.2", "203.0.113.9"},
      // A trusted one names its client.
      {"127.0.0.1", "", "", "127.0.0.1"},
      {"127.0.0.1", "", "192.0.2.1", "192.0.2.1"},
      {"127.0.0.1", "for=192.0.2.1", "192.0.2.2", "192.0.2.1"},
      {"2001:db8:1::7", "", "2001:db8:2::1", "2001:db8:2::1"},
      {"::ffff:127.0.0.1", "", "192.0.2.1", "192.0.2.1"},
      // What the client itself said stands before what was added, and is not reached.
      {"127.0.0.1", "", "192.0.2.66, 192.0.2.1", "192.0.2.1"},
      {"127.0.0.1", "", "127.0.0.1, 10.1.1.1, 192.0.2.1", "192.0.2.1"},
      {"127.0.0.1", "for=192.0.2.66, for=192.0.2.1", "", "192.0.2.1"},
      // A chain of trusted ones.
      {"127.0.0.1", "", "192.0.2.66, 192.0.2.1, 10.0.0.2, 10.0.0.1", "192.0.2.1"},
      {"127.0.0.1", "", "10.0.0.2, 10.0.0.1", "10.0.0.2"},
      // Forms of a node (RFC 7239 §6), and what proxies make of X-Forwarded-For.
      {"127.0.0.1", "for=\"[2001:db8::1]:4711\"", "", "2001:db8::1"},
      {"127.0.0.1", "For=192.0.2.1:80;proto=https;by=10.0.0.1", "", "192.0.2.1"},
      {"127.0.0.1", "proto=https;for=\"192.0.2.1\"", "", "192.0.2.1"},
      {"127.0.0.1", "", "192.0.2.1:4711", "192.0.2.1"},
      {"127.0.0.1", "", "2001:DB8:0:0::1", "2001:db8::1"},
      {"127.0.0.1", "", "::ffff:192.0.2.1", "192.0.2.1"},
      // Whoever is not named by an address: the proxy that said so is the last that is known.
      {"127.0.0.1", "for=unknown", "192.0.2.1", "127.0.0.1"},
      {"127.0.0.1", "for=_hidden", "", "127.0.0.1"},
      {"127.0.0.1", "proto=https", "", "127.0.0.1"},
      {"127.0.0.1", "for=192.0.2.66, for=unknown, for=10.0.0.1", "", "10.0.0.1"},
      // Garbage.
      {"127.0.0.1", "", "192.0.2.1, nonsense", "127.0.0.1"},
      {"127.0.0.1", "", "1.2.3", "127.0.0.1"},
      {"127.0.0.1", "", "192.0.2.256", "127.0.0.1"},
      {"127.0.0.1", "", "192.0.2.1/24", "127.0.0.1"},
      {"127.0.0.1", "", "[2001:db8::1", "127.0.0.1"},
      {"127.0.0.1", "", "fe80::1%eth0", "127.0.0.1"},
      {"127.0.0.1", "", ",,,", "127.0.0.1"},
      {"127.0.0.1", "=;,;=\"", "", "127.0.0.1"},
      // An open quote of the client's does not swallow what the proxy adds.
      {"127.0.0.1", "for=\"192.0.2.66, for=192.0.2.1", "", "192.0.2.1"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.peer, each.forwarded, each.x_forwarded_for);
    CHECK(client_address(each.peer, each.forwarded, each.x_forwarded_for, trusted) == each.client);
  }
  CHECK(client_address("127.0.0.1", "for=192.0.2.1", "192.0.2.1", {}) == "127.0.0.1");
}

TEST_CASE("client address: ranges are parsed strictly and match to the bit", "[http]") {
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x", "10/8",
                           "::/129", "nonsense", "10.0.0.0 /8"}) {
    CAPTURE(text);
    CHECK_FALSE(Cidr::parse(text));
  }
  CHECK(Cidr::parse("10.1.0.0/15").value().contains("10.0.255.255"));
  CHECK_FALSE(Cidr::parse("10.0.0.0/15").value().contains("10.2.0.0"));
  CHECK(Cidr::parse("10.0.0.0/8").value().contains("::ffff:10.1.2.3"));
  CHECK(Cidr::parse("::ffff:10.0.0.0/104").value().contains("10.1.2.3"));
  CHECK(Cidr::parse("0.0.0.0/0").value().contains("192.0.2.1"));
  CHECK_FALSE(Cidr::parse("0.0.0.0/0").value().contains("2001:db8::1"));
  CHECK(Cidr::parse("2001:db8::/33").value().contains("2001:db8:7fff::"));
  CHECK_FALSE(Cidr::parse("2001:db8::/33").value().contains("2001:db8:8000::"));
  CHECK_FALSE(Cidr::parse("10.0.0.0/8").value().contains("nonsense"));
}

TEST_CASE("client address: limits count an IPv6 network of 64 bits as one client", "[http]") {
  CHECK(limit_key("192.0.2.1") == "192.0.2.1");
  CHECK(limit_key("192.0.2.1") != limit_key("192.0.2.2"));
  CHECK(limit_key("::ffff:192.0.2.1") == "192.0.2.1");
  CHECK(limit_key("::ffff:c000:201") == "192.0.2.1");
  CHECK(limit_key("2001:db8::1") == limit_key("2001:db8:0:0:ffff:ffff:ffff:ffff"));
  CHECK(limit_key("2001:db8::1") != limit_key("2001:db8:0:1::1"));
}
