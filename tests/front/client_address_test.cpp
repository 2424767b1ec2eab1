#include "promotions/front/client_address.h"

#include "support/catch.h"

using namespace promotions;

namespace {

struct Case {
  const char* peer;
  const char* claim;  // what the header field says
  const char* client;
};

std::vector<Cidr> ranges(const std::vector<std::string>& texts) {
  std::vector<Cidr> parsed;
  for (const std::string& text : texts) parsed.push_back(Cidr::parse(text).value());
  return parsed;
}

const std::vector<Cidr>& trusted() {
  static const auto all = ranges({"127.0.0.1/32", "10.0.0.0/8", "2001:db8:1::/48"});
  return all;
}

void check(AddressHeader header, const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    CAPTURE(each.peer, each.claim);
    CHECK(client_address(each.peer, {header, each.claim}, trusted()) == each.client);
  }
}

constexpr const char* kProxy = "127.0.0.1";

}  // namespace

TEST_CASE("client address: of X-Forwarded-For only what trusted hops vouch for is believed",
          "[front]") {
  check(AddressHeader::x_forwarded_for,
        {
            // A peer that is not trusted speaks for itself.
            {"203.0.113.9", "", "203.0.113.9"},
            {"203.0.113.9", "192.0.2.1", "203.0.113.9"},
            // A trusted one names its client.
            {kProxy, "", kProxy},
            {kProxy, "192.0.2.1", "192.0.2.1"},
            {"2001:db8:1::7", "2001:db8:2::1", "2001:db8:2::1"},
            {"::ffff:127.0.0.1", "192.0.2.1", "192.0.2.1"},
            // What the client itself said stands before what was added, and is not reached.
            {kProxy, "192.0.2.66, 192.0.2.1", "192.0.2.1"},
            {kProxy, "127.0.0.1, 10.1.1.1, 192.0.2.1", "192.0.2.1"},
            // A chain of trusted ones.
            {kProxy, "192.0.2.66, 192.0.2.1, 10.0.0.2, 10.0.0.1", "192.0.2.1"},
            {kProxy, "10.0.0.2, 10.0.0.1", "10.0.0.2"},
            // What proxies make of an address.
            {kProxy, "192.0.2.1:4711", "192.0.2.1"},
            {kProxy, "[2001:db8::1]:4711", "2001:db8::1"},
            {kProxy, "[2001:db8::1]", "2001:db8::1"},
            {kProxy, "2001:DB8:0:0::1", "2001:db8::1"},
            {kProxy, "::ffff:192.0.2.1", "192.0.2.1"},
            {kProxy, "192.0.2.66,\t192.0.2.1 ", "192.0.2.1"},
            // Whatever is no address ends the walk.
            {kProxy, "192.0.2.1, nonsense", kProxy},
            {kProxy, "192.0.2.66, unknown, 10.0.0.1", "10.0.0.1"},
            {kProxy, "192.0.2.1,", kProxy},
            {kProxy, "192.0.2.66, , 10.0.0.1", "10.0.0.1"},
            {kProxy, "1.2.3", kProxy},
            {kProxy, "192.0.2.256", kProxy},
            {kProxy, "192.0.2.1/24", kProxy},
            {kProxy, "192.0.2.1:", kProxy},
            {kProxy, "192.0.2.1:x", kProxy},
            {kProxy, "192.0.2.1:123456", kProxy},
            {kProxy, "\"192.0.2.1\"", kProxy},
            {kProxy, "[2001:db8::1", kProxy},
            {kProxy, "[2001:db8::1]x", kProxy},
            {kProxy, "[2001:db8::1]4711", kProxy},
            {kProxy, "[192.0.2.1]", kProxy},
            {kProxy, "[]", kProxy},
            {kProxy, "fe80::1%eth0", kProxy},
            {kProxy, ",,,", kProxy},
            // The other field's form.
            {kProxy, "for=192.0.2.1", kProxy},
        });
  CHECK(client_address(kProxy, {AddressHeader::x_forwarded_for, "192.0.2.1"}, {}) == kProxy);
}

TEST_CASE("client address: Forwarded is read whole, from the end that proxies write", "[front]") {
  check(AddressHeader::forwarded,
        {
            {"203.0.113.9", "for=192.0.2.1", "203.0.113.9"},
            {kProxy, "for=192.0.2.1", "192.0.2.1"},
            {kProxy, "for=192.0.2.66, for=192.0.2.1", "192.0.2.1"},
            {kProxy, "for=192.0.2.66, for=192.0.2.1, for=10.0.0.2,for=10.0.0.1", "192.0.2.1"},
            // Forms of a node: RFC 7239 §6.
            {kProxy, "for=\"[2001:db8::1]:4711\"", "2001:db8::1"},
            {kProxy, "for=\"[2001:DB8::1]\"", "2001:db8::1"},
            {kProxy, "for=\"192.0.2.1:_p0rt\"", "192.0.2.1"},
            {kProxy, "for=\"192.0.2.1\"", "192.0.2.1"},
            {kProxy, "for=\"192.0.\\2.1\"", "192.0.2.1"},
            {kProxy, "for=\"::ffff:192.0.2.1\"", "192.0.2.1"},
            // Names in any case, other parameters around it, and what should have been quoted.
            {kProxy, "FOR=192.0.2.1:80;proto=https;by=10.0.0.1", "192.0.2.1"},
            {kProxy, "proto=https; For=\"192.0.2.1\" ;host=a.example", "192.0.2.1"},
            {kProxy, "for=[2001:db8::1]:80", "2001:db8::1"},
            {kProxy, ";;for=192.0.2.1;", "192.0.2.1"},
            // What stands in quotes is no parameter and no entry.
            {kProxy, "for=192.0.2.1;host=\"x;for=192.0.2.66;y\"", "192.0.2.1"},
            {kProxy, "for=192.0.2.1;host=\"x, for=192.0.2.66\"", "192.0.2.1"},
            {kProxy, "host=\"for=192.0.2.66\";for=192.0.2.1", "192.0.2.1"},
            {kProxy, "for=192.0.2.1;host=\"x\\\", for=192.0.2.66;a=\\\"y\"", "192.0.2.1"},
            {kProxy, "for=192.0.2.1;host=\"x\\\\\"", "192.0.2.1"},
            {kProxy, "host=\"x;for=192.0.2.66\"", kProxy},
            // A parameter that comes twice leaves open which is meant.
            {kProxy, "for=192.0.2.66;for=192.0.2.1", kProxy},
            {kProxy, "for=192.0.2.1;For=\"192.0.2.66\"", kProxy},
            {kProxy, "for=192.0.2.1;proto=http;proto=https", kProxy},
            {kProxy, "for=192.0.2.66;for=192.0.2.1, for=10.0.0.1", "10.0.0.1"},
            // Whoever is not named by an address: the proxy that said so is the last that is known.
            {kProxy, "for=unknown", kProxy},
            {kProxy, "for=_hidden", kProxy},
            {kProxy, "for=\"_hidden:80\"", kProxy},
            {kProxy, "proto=https", kProxy},
            {kProxy, "for=192.0.2.66, for=unknown, for=10.0.0.1", "10.0.0.1"},
            // Nothing before what is broken is believed.
            {kProxy, "for=192.0.2.66, for=\"192.0.2.1", kProxy},
            {kProxy, "for=192.0.2.66, for=192.0.2.1\"", kProxy},
            {kProxy, "for=192.0.2.66, for=\"192.0.2.1\\\"", kProxy},
            {kProxy, "for=192.0.2.66, for=\"192.0.2.1\"x", kProxy},
            {kProxy, "for=192.0.2.66, for = 192.0.2.1", kProxy},
            {kProxy, "for=192.0.2.66, for=192.0.2.1 proto=http", kProxy},
            {kProxy, "for=192.0.2.66, for=", kProxy},
            {kProxy, "for=192.0.2.66, for", kProxy},
            {kProxy, "for=192.0.2.66, =192.0.2.1", kProxy},
            {kProxy, "for=192.0.2.66, 192.0.2.1", kProxy},
            {kProxy, "for=192.0.2.66, for=192.0.2.1;a=1;b=2;c=3;d=4;e=5;f=6;g=7;h=8", kProxy},
            {kProxy, "for=192.0.2.66,", kProxy},
            {kProxy, "=;,;=\"", kProxy},
            {kProxy, "\"", kProxy},
            // An open quote of the client's does not swallow what the proxy adds.
            {kProxy, "for=\"192.0.2.66, for=192.0.2.1", "192.0.2.1"},
            {kProxy, "for=\"192.0.2.66, for=\"[2001:db8::1]\";proto=https", "2001:db8::1"},
            {kProxy, "for=192.0.2.66;host=\"\\, for=192.0.2.1;host=\"a.example\"", "192.0.2.1"},
        });
}

TEST_CASE("client address: ranges are parsed strictly and match to the bit", "[front]") {
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x", "10/8",
                           "::/129", "nonsense", "10.0.0.0 /8"}) {
    CAPTURE(text);
    CHECK_FALSE(Cidr::parse(text));
  }
  const auto contains = [](std::string_view range, std::string_view address) {
    return Cidr::parse(range).value().contains(IpAddress::parse(address).value());
  };
  CHECK(contains("10.1.0.0/15", "10.0.255.255"));
  CHECK_FALSE(contains("10.0.0.0/15", "10.2.0.0"));
  CHECK(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
  CHECK(contains("::ffff:10.0.0.0/104", "10.1.2.3"));
  CHECK(contains("0.0.0.0/0", "192.0.2.1"));
  CHECK_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
  CHECK(contains("2001:db8::/33", "2001:db8:7fff::"));
  CHECK_FALSE(contains("2001:db8::/33", "2001:db8:8000::"));
}

TEST_CASE("client address: limits count an IPv6 network of 64 bits as one client", "[front]") {
  CHECK(limit_key("192.0.2.1") == "192.0.2.1");
  CHECK(limit_key("192.0.2.1") != limit_key("192.0.2.2"));
  CHECK(limit_key("::ffff:192.0.2.1") == "192.0.2.1");
  CHECK(limit_key("::ffff:c000:201") == "192.0.2.1");
  CHECK(limit_key("2001:db8::1") == limit_key("2001:db8:0:0:ffff:ffff:ffff:ffff"));
  CHECK(limit_key("2001:db8::1") != limit_key("2001:db8:0:1::1"));
}
