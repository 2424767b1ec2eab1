#include "mail/address.h"
#include "promotions/mail/message.h"
#include "support/catch.h"

using namespace promotions;

TEST_CASE("Mailbox: a bare address, or a name with one", "[mail]") {
  struct Case {
    const char* text;
    const char* name;
    const char* address;
  };
  for (const Case& c : {
           Case{"a@example.org", "", "a@example.org"},
           Case{"  a@example.org ", "", "a@example.org"},
           Case{"<a@example.org>", "", "a@example.org"},
           Case{"Promotions <no-reply@localhost>", "Promotions", "no-reply@localhost"},
           Case{"Sorteo ñandú 🎉 <a@example.org>", "Sorteo ñandú 🎉", "a@example.org"},
           Case{R"("Smith, \"J\" <x>" <a@example.org>)", "Smith, \"J\" <x>", "a@example.org"},
           Case{"Smith, J. <a@example.org>", "Smith, J.", "a@example.org"},
       }) {
    CAPTURE(c.text);
    const auto mailbox = Mailbox::parse(c.text);
    REQUIRE(mailbox.has_value());
    CHECK(mailbox->name == c.name);
    CHECK(mailbox->address == c.address);
  }
}

TEST_CASE("Mailbox: what is neither is refused", "[mail]") {
  for (const char* bad :
       {"", "nobody", "<>", "A <>", "A <a@example.org", "A a@example.org>", "A <b> <a@example.org>",
        "\"A <a@example.org>", "\"A\\\" <a@example.org>", "A\r\nBcc: x <a@example.org>",
        "A\tB <a@example.org>", "\xFF <a@example.org>", "a@example.org, b@example.org",
        "A <a@example.org\r\n>", "A <ñ@example.org>", "A <a@-x.org>", "A <a@example..org>"}) {
    CAPTURE(bad);
    CHECK_FALSE(Mailbox::parse(bad).has_value());
  }
}

TEST_CASE("is_plain_address: the lengths of RFC 5321 and nothing that could end a command",
          "[mail]") {
  const std::string local(64, 'l');
  const std::string label(63, 'd');
  CHECK(is_plain_address(local + "@" + label));
  CHECK_FALSE(is_plain_address(local + "l@" + label));
  CHECK_FALSE(is_plain_address("a@" + label + "d"));
  const std::string domain = label + "." + label + "." + label;  // 191
  CHECK(is_plain_address(std::string(62, 'l') + "@" + domain));
  CHECK_FALSE(is_plain_address(std::string(63, 'l') + "@" + domain));  // 255 in all
  for (const char* bad : {"a@b>\r\nRCPT TO:<c@d", "a b@c", "a@b c", "a@b\n", ".a@b", "a.@b",
                          "a..b@c", "\"a\"@b", "a@[127.0.0.1]", "a@b@c", "@b", "a@", "a@b."}) {
    CAPTURE(bad);
    CHECK_FALSE(is_plain_address(bad));
  }
}
