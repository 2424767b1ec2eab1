#include "promotions/base/short_hash.h"

#include <string>

#include "support/catch.h"

using namespace promotions;

TEST_CASE("short hash: is SipHash-2-4", "[base]") {
  ShortHashKey key{};
  for (unsigned char byte = 0; byte < key.size(); ++byte) key[byte] = byte;
  std::string text;
  for (char byte = 0; byte < 15; ++byte) text += byte;
  CHECK(short_hash(key, text) == 0xa129ca6149be45e5U);  // appendix A of the paper
  key[0] = 1;
  CHECK(short_hash(key, text) != 0xa129ca6149be45e5U);
}
