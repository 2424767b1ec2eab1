#include "promotions/domain/email_address.h"

#include "support/catch.h"

using namespace promotions;
using namespace std::string_literals;

namespace {

std::string repeat(char c, std::size_t count) {
  return std::string(count, c);
}

// `total` octets, every part within its own bound.
std::string address_of(std::size_t total) {
  const std::string local = repeat('a', 64);
  const std::string labels = repeat('b', 63) + "." + repeat('c', 63) + ".";
  return local + "@" + labels + repeat('d', total - local.size() - 1 - labels.size() - 2) + ".e";
}

}  // namespace

TEST_CASE("EmailAddress: accepts what the HTML standard does and keeps the local part",
          "[domain]") {
  struct Row {
    std::string given;
    std::string text;
  };
  const std::vector<Row> rows{
      {"ana@example.org", "ana@example.org"},
      {"Ana.Garcia@Example.ORG", "Ana.Garcia@example.org"},
      {"a@b.c", "a@b.c"},
      {"first+tag@example.org", "first+tag@example.org"},
      {"!#$%&'*+/=?^_`{|}~-@example.org", "!#$%&'*+/=?^_`{|}~-@example.org"},
      {"o'brien@example.org", "o'brien@example.org"},
      {"-a-@example.org", "-a-@example.org"},
      {"123@456.example", "123@456.example"},
      {"ana@127.0.0.1", "ana@127.0.0.1"},  // an address literal would be in brackets
      {"ana@sub.sub.sub.example.org", "ana@sub.sub.sub.example.org"},
      {"ana@a-b--c.example", "ana@a-b--c.example"},
      {repeat('a', 64) + "@example.org", repeat('a', 64) + "@example.org"},
      {"a@" + repeat('b', 63) + ".org", "a@" + repeat('b', 63) + ".org"},
      {address_of(254), address_of(254)},
  };
  for (const Row& row : rows) {
    CAPTURE(row.given);
    const auto address = EmailAddress::parse(row.given);
    REQUIRE(address);
    CHECK(address->text() == row.text);
  }
}

TEST_CASE("EmailAddress: an internationalised domain becomes A-labels", "[domain]") {
  struct Row {
    std::string given;
    std::string text;
  };
  const std::vector<Row> rows{
      {"ana@españa.example", "ana@xn--espaa-rta.example"},
      {"ana@ESPAÑA.example", "ana@xn--espaa-rta.example"},
      {"ana@espan\u0303a.example", "ana@xn--espaa-rta.example"},  // decomposed
      {"ana@xn--espaa-rta.example", "ana@xn--espaa-rta.example"},
      {"ana@XN--ESPAA-RTA.example", "ana@xn--espaa-rta.example"},
      {"ana@faß.de", "ana@xn--fa-hia.de"},  // not fass.de: non-transitional
      {"ana@ｅｘａｍｐｌｅ．ｏｒｇ", "ana@example.org"},
      {"ana@example。org", "ana@example.org"},
      {"ana@\u212Aelvin.example", "ana@kelvin.example"},      // the Kelvin sign
      {"ana@ısparta.example", "ana@xn--sparta-o9a.example"},  // a letter of its own, not an i
      {"ana@İstanbul.example", "ana@xn--istanbul-o0e.example"},
      {"ana@דוגמה.example", "ana@xn--6dbbec0c.example"},
      {"ana@exam\u00ADple.org", "ana@example.org"},  // UTS 46 maps a soft hyphen to nothing
  };
  for (const Row& row : rows) {
    CAPTURE(row.given);
    const auto address = EmailAddress::parse(row.given);
    REQUIRE(address);
    CHECK(address->text() == row.text);
  }
}

TEST_CASE("EmailAddress: refuses what is not an address it would write to", "[domain]") {
  const std::vector<std::string> rows{
      "",
      "@",
      "ana",
      "@example.org",
      "ana@",
      "ana@localhost",
      "a@b@c.example",
      "ana@@example.org",
      ".a@example.org",
      "a.@example.org",
      "a..b@example.org",
      "ana@example..org",
      "ana@.example.org",
      "ana@example.org.",
      "ana@-example.org",
      "ana@example-.org",
      "ana@exam_ple.org",
      "ana@exam ple.org",
      " ana@example.org",
      "ana@example.org ",
      "ana@example.org\t",
      "an a@example.org",
      "ana@example.org\r\n",
      "ana@example.org\r\nRCPT TO:<eve@example.org>",
      "ana\r\n@example.org",
      "ana\n@example.org",
      "ana@example\n.org",
      "ana@example.org\0"s,
      "ana@example.org\0.example"s,
      "a\0a@example.org"s,
      "\"ana\"@example.org",
      "\"a b\"@example.org",
      "ana@[127.0.0.1]",
      "ana@[IPv6:::1]",
      "Ana <ana@example.org>",
      "<ana@example.org>",
      "mailto:ana@example.org",
      "ana,eve@example.org",
      "ana@example.org,eve@example.org",
      "ana@example.org;",
      "ana(comment)@example.org",
      "ana\\@example.org",
      "ana\x7F@example.org",
      "ñandú@example.org",
      "ａna@example.org",
      "ana＠example.org",
      "ana@ex＠mple.org",      // would map to a second @
      "ana@a\u00A0b.example",  // would map to a space
      "ana@a_ñ.example",       // an underscore beside a letter that is converted
      "ana@ñ\r\n.example",
      "ana@ñ..example",
      "ana@ñ.example.",
      "ana@ñ.example。",
      "ana@-ñ.example",
      "ana@ñ",
      "ana@💩.example",          // RFC 5892: not a letter
      "ana@exa\u202Emple.org",  // bidirectional override
      "ana@\u2066example.org\u2069",
      "ana@a1א.example",      // RFC 5893: left-to-right label with a right-to-left letter
      "ana@\u0301a.example",  // leading combining mark
      "ana@\u200D.example",
      "ana@xn--a.example",  // not what any U-label becomes
      "ana@xn--.example",
      "ana@example.org\xFF",
      "ana@\xC0\xAE.example",
      "ana@\xED\xA0\x80.example",
      repeat('a', 65) + "@example.org",
      "a@" + repeat('b', 64) + ".org",
      "a@" + repeat('b', 62) + "ñ.org",  // too long once converted
      address_of(255),
      repeat('a', 1'000'000) + "@example.org",
      "a@" + repeat('.', 1'000'000),
  };
  for (const std::string& row : rows) {
    CAPTURE(row.substr(0, 100));
    CHECK_FALSE(EmailAddress::parse(row));
  }
}

TEST_CASE("EmailAddress: its bounds are bounds of octets", "[domain]") {
  CHECK(address_of(254).size() == 254);
  CHECK(EmailAddress::parse(address_of(254)));
  CHECK_FALSE(EmailAddress::parse(address_of(255)));
}

TEST_CASE("EmailAddress: one key whatever the case", "[domain]") {
  const auto upper = EmailAddress::parse("ANA@ESPAÑA.Example").value();
  const auto lower = EmailAddress::parse("ana@xn--espaa-rta.example").value();
  CHECK(upper.text() == "ANA@xn--espaa-rta.example");
  CHECK(upper.key() == lower.key());
  CHECK(upper.key() == "ana@xn--espaa-rta.example");
  CHECK_FALSE(upper == lower);
  CHECK(EmailAddress::parse("ana.b@example.org")->key() !=
        EmailAddress::parse("anab@example.org")->key());
}

TEST_CASE("EmailAddress: an accepted address is accepted as it is", "[domain]") {
  for (const char* given : {"ana@españa.example", "Ana+x@EXAMPLE.org", "a@faß.de"}) {
    const auto once = EmailAddress::parse(given).value();
    CHECK(EmailAddress::parse(once.text()) == once);
    CHECK(EmailAddress::parse(once.key())->key() == once.key());
  }
  CHECK(EmailAddress::parse("ana@Sub.Example.org")->domain() == "sub.example.org");
}
