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
      "an a@example.org",
      "ana @example.org",  // white space is dropped at the ends of the whole address only
      "ana@ example.org",
      "ana\u00A0@example.org",
      "\u200B",
      " \u00A0 ",
      "ana@\u200Bexample",
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
      "ana@💩.example",        // RFC 5892: not a letter
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

TEST_CASE("EmailAddress: what pasting adds is dropped on both sides of the @", "[domain]") {
  for (const char* given : {
           " eva@example.org",
           "eva@example.org ",
           "\teva@example.org\r\n",
           "\u00A0eva@example.org\u3000",
           "\u2003\u0085eva@example.org\u2028",
           "\u200Beva@example.org",
           "eva@example.org\uFEFF",
           "\uFEFF eva@example.org \u200B",  // white space within what is invisible
           "ev\u00ADa@example.org",
           "eva@exam\u00ADple.org",
           "eva\u200B@\u200Bexample.org",
           "\u202Aeva@example.org\u202C",
           "\u2068eva\u2069@\u200Eexample\u200F.org",
           "\u061Ceva@example.org",
           "e\u2060va@exa\u2060mple.org",
           "eva\uFE0F@example\uFE0E.org",
           "eva\U000E0041\U000E007F@example.org\U000E0FFF",
           "\u115F\u1160eva@example.org\u3164\uFFA0",
           "e\u034Fva@example.o\u180Brg",
           "\u17B4eva@example.org\U0001D173\U0001BCA0",
           "eva@exa\u202Emple.org",  // it would only be read the other way round
           "\u200D\u200Ceva@example.org",
       }) {
    CAPTURE(given);
    const auto address = EmailAddress::parse(given);
    REQUIRE(address);
    CHECK(address->text() == "eva@example.org");
    CHECK(address->key() == "eva@example.org");
  }
  std::string hidden = "eva@example.org";
  for (int i = 0; i < 10'000; ++i) hidden += "\u200B";  // no part of its length
  CHECK(EmailAddress::parse(hidden)->text() == "eva@example.org");
}

TEST_CASE("EmailAddress: a domain is shown in its own script", "[domain]") {
  CHECK(shown_address("ana@xn--espaa-rta.example") == "ana@españa.example");
  CHECK(shown_address("Ana@mail.xn--espaa-rta.example") == "Ana@mail.españa.example");
  CHECK(shown_address("a@xn--6dbbec0c.example") == "a@דוגמה.example");
  CHECK(shown_address("ana@example.org") == "ana@example.org");
  CHECK(shown_address("xn--a@example.org") == "xn--a@example.org");
  CHECK(shown_address("").empty());
  // What reads as another address must not be shown so: a joiner, which typing would drop.
  const std::string joined = "ana@xn--mgba3gch31f060k.example";
  CHECK(shown_address(joined) == joined);
  for (const char* given : {"ana@españa.example", "ana@faß.de", "ana@ısparta.example"}) {
    CHECK(shown_address(EmailAddress::parse(given)->text()) == given);
  }
}

TEST_CASE("EmailAddress: a search finds what is shown, however it is typed", "[domain]") {
  const std::string key = EmailAddress::parse("ana@españa.example")->key();
  const std::string shown = shown_address(key);
  for (const char* typed : {"ana@españa.example", " ana@españa.example ", "ANA@ESPAÑA.EXAMPLE",
                            "españa", "ESPAÑA.ex", "ana@espan\u0303a.example", "spaña", "ana@españ",
                            "\u200Bana@españa.example\u00A0", "@españa.", "a.example", "ana@"}) {
    CAPTURE(typed);
    CHECK(shown.find(address_search_text(typed)) != std::string::npos);
  }
  CHECK(key.find(address_search_text("XN--ESPAA")) != std::string::npos);
  CHECK(address_search_text("").empty());
  CHECK(address_search_text(" \u200B ").empty());
  CHECK(shown.find(address_search_text("españb")) == std::string::npos);
  CHECK(address_search_text("\xFF") == "\xFF");
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
  CHECK(EmailAddress::parse("ana@Sub.Example.org")->text() == "ana@sub.example.org");
}

TEST_CASE("mailbox: a tag is not part of it, and at Gmail dots are not", "[domain]") {
  const auto mailbox = [](const std::string& given) {
    const auto address = EmailAddress::parse(given).value();
    CHECK(address.mailbox() == mailbox_of(address.mailbox()));  // it is its own
    CHECK(EmailAddress::parse(address.mailbox()));
    return address.mailbox();
  };
  CHECK(mailbox("ana@example.org") == "ana@example.org");
  CHECK(mailbox("Ana+1@Example.org") == "ana@example.org");
  CHECK(mailbox("ana+a+b@example.org") == "ana@example.org");
  CHECK(mailbox("ana+@example.org") == "ana@example.org");
  CHECK(mailbox("a.na+x.y@example.org") == "a.na@example.org");
  CHECK(mailbox("a.n.a@gmail.com") == "ana@gmail.com");
  CHECK(mailbox("a.na+x@googlemail.com") == "ana@gmail.com");
  CHECK(mailbox("a.na@mail.gmail.com") == "a.na@mail.gmail.com");
  CHECK(mailbox("ana+1@españa.example") == "ana@xn--espaa-rta.example");
  CHECK(mailbox("+ana@example.org") == "+ana@example.org");  // there is nothing before it
  CHECK(mailbox("+ana+1@example.org") == "+ana@example.org");
  CHECK(mailbox("a.+1@example.org") == "a@example.org");
}
