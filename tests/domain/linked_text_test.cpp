// What people agree to, with links and no other markup.
#include "promotions/domain/linked_text.h"

#include "support/catch.h"

using namespace promotions;
using Parts = std::vector<TextPart>;

TEST_CASE("linked text: words and links in their order", "[domain]") {
  CHECK(parts_of("Yes") == Parts{{"Yes"}});
  CHECK(parts_of("").empty());
  CHECK(parts_of("I read the [rules](https://example.org/r_(1)?a=b) and agree.") ==
        Parts{{"I read the "}, {"rules", "https://example.org/r_(1)?a=b"}, {" and agree."}});
  CHECK(parts_of("[a](https://a.example)[b](https://b.example)") ==
        Parts{{"a", "https://a.example"}, {"b", "https://b.example"}});
}

TEST_CASE("linked text: what is no link stays words", "[domain]") {
  for (const char* text : {"[x]", "[x] (y)", "](", "[]()", "[](https://example.org)", "[x](",
                           "<b>x</b>", "**x**", "[x](javascript:alert(1))"}) {
    CHECK(parts_of(text) == Parts{{text}});
  }
  CHECK(parts_of("[a [b](https://example.org)") == Parts{{"[a "}, {"b", "https://example.org"}});
}

TEST_CASE("linked text: a link that is not https is found", "[domain]") {
  CHECK(wrong_link_in("[a](https://example.org)").empty());
  CHECK(wrong_link_in("[x] (y)").empty());
  CHECK(wrong_link_in("[a](https://example.org) [b](http://example.org)") == "http://example.org");
  CHECK(wrong_link_in("[a](javascript:alert(1))") == "javascript:alert(1)");
}
