#include "promotions/domain/token.h"

#include <limits>
#include <random>

#include "promotions/base/encoding.h"
#include "support/catch.h"

using namespace promotions;

namespace {

constexpr Time kIssued{Millis{1'790'000'000'123}};
const TokenSubject kSubject{TokenPurpose::verify, 3, 42, "ana@example.org"};

TokenSigner signer(unsigned char filler = 7) {
  TokenSecret secret{};
  secret.fill(filler);
  return TokenSigner(secret);
}

// Is `token` a well-formed and genuine token of kSubject?
bool accepted(std::string_view token) {
  const auto claim = TokenSigner::decode(token);
  return claim && signer().matches(*claim, kSubject);
}

}  // namespace

TEST_CASE("token: what is signed is decoded and matches", "[domain]") {
  const auto claim = TokenSigner::decode(signer().sign(kSubject, kIssued)).value();
  CHECK(claim.subscriber_id == 42);
  CHECK(claim.issued_at == kIssued);
  CHECK(signer().matches(claim, kSubject));
}

TEST_CASE("token: links that were mailed stay good", "[domain]") {
  // Computed with Python's hmac; a new text form needs a new version byte.
  CHECK(signer().sign(kSubject, kIssued) ==
        "AQAAAAAAAAAqAAABoMRQbHtEhDNy-A3pAa6ReI_IWLP9TFV-eFbeWmz2wBJdE_CgkQ");
}

TEST_CASE("token: a further sign-up's names it, and is good for no other", "[domain]") {
  TokenSubject further = kSubject;
  further.variant = 9;
  const std::string token = signer().sign(further, kIssued);
  const auto claim = TokenSigner::decode(token).value();
  CHECK(claim.subscriber_id == 42);
  CHECK(claim.variant == 9);
  CHECK(claim.issued_at == kIssued);
  CHECK(signer().matches(claim, further));
  CHECK_FALSE(accepted(token));
  further.variant = 10;
  CHECK_FALSE(signer().matches(claim, further));
  const auto plain = TokenSigner::decode(signer().sign(kSubject, kIssued)).value();
  CHECK(plain.variant == 0);
  CHECK_FALSE(signer().matches(plain, further));
  const auto bytes = from_base64url(token).value();
  for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
    Bytes changed = bytes;
    changed[i / 8] = static_cast<unsigned char>(changed[i / 8] ^ (1U << (i % 8)));
    const auto other = TokenSigner::decode(to_base64url(changed));
    TokenSubject subject = kSubject;
    subject.variant = other ? other->variant : 0;
    CAPTURE(i);
    CHECK_FALSE((other && signer().matches(*other, subject)));
  }
}

TEST_CASE("token: a change of any bit is refused", "[domain]") {
  const auto bytes = from_base64url(signer().sign(kSubject, kIssued)).value();
  REQUIRE(accepted(to_base64url(bytes)));
  for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
    Bytes changed = bytes;
    changed[i / 8] = static_cast<unsigned char>(changed[i / 8] ^ (1U << (i % 8)));
    CAPTURE(i);
    CHECK_FALSE(accepted(to_base64url(changed)));
  }
}

TEST_CASE("token: each thing that it is bound to counts", "[domain]") {
  const auto claim = TokenSigner::decode(signer().sign(kSubject, kIssued)).value();

  TokenSubject other = kSubject;
  other.purpose = static_cast<TokenPurpose>(99);
  CHECK_FALSE(signer().matches(claim, other));
  other = kSubject;
  other.campaign_id = 4;
  CHECK_FALSE(signer().matches(claim, other));
  other = kSubject;
  other.subscriber_id = 43;
  CHECK_FALSE(signer().matches(claim, other));
  other = kSubject;
  other.email_key = "eva@example.org";
  CHECK_FALSE(signer().matches(claim, other));
  CHECK_FALSE(signer(8).matches(claim, kSubject));

  TokenClaim later = claim;
  later.issued_at += Millis{1};
  CHECK_FALSE(signer().matches(later, kSubject));
}

TEST_CASE("token: digits cannot move from one part to the next", "[domain]") {
  const auto mac = [](std::int64_t campaign, std::int64_t subscriber) {
    return TokenSigner::decode(
               signer().sign({TokenPurpose::verify, campaign, subscriber, "a@b.c"}, kIssued))
        ->mac;
  };
  CHECK(mac(1, 23) != mac(12, 3));
}

TEST_CASE("token: decoding is safe for any bytes of any length", "[domain]") {
  std::mt19937 random(1);
  const std::string good = signer().sign(kSubject, kIssued);
  for (std::size_t length = 0; length < 200; ++length) {
    std::string bytes(length, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    CHECK_FALSE(TokenSigner::decode(bytes));
    CHECK_FALSE(TokenSigner::decode(std::string(length, 'A')));
    if (length != good.size())
      CHECK_FALSE(TokenSigner::decode((good + good + good).substr(0, length)));
  }
  CHECK_FALSE(TokenSigner::decode(good + "="));
  CHECK_FALSE(TokenSigner::decode(" " + good));
  CHECK_FALSE(TokenSigner::decode(std::string(1'000'000, 'A')));
}

TEST_CASE("token: a claim's time is one that can be added to", "[domain]") {
  for (const Millis time : {Millis::max(), Millis::min(), Millis{-1}}) {
    CHECK_FALSE(TokenSigner::decode(signer().sign(kSubject, Time{time})));
  }
  CHECK(TokenSigner::decode(signer().sign(kSubject, Time{})));
}

TEST_CASE("opaque_name: stable, and its own for each kind, id and secret", "[domain]") {
  CHECK(signer().opaque_name("winner", 812) == "350387bf5895e3e38d47d6cbfa27dba7");
  CHECK(signer().opaque_name("winner", 813) != signer().opaque_name("winner", 812));
  CHECK(signer().opaque_name("verification", 812) != signer().opaque_name("winner", 812));
  CHECK(signer(8).opaque_name("winner", 812) != signer().opaque_name("winner", 812));
}
