// Tokens. The input is taken for a token, for what changes a genuine one, and for the address that
// one is bound to.
#include "promotions/domain/token.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/require.h"
#include "promotions/base/encoding.h"

using namespace promotions;
using fuzz::require;

namespace {

constexpr Time kIssued{Millis{1'790'000'000'123}};
const TokenSubject kSubject{TokenPurpose::verify, 3, 42, "ana@example.org"};

const TokenSigner& signer() {
  static const TokenSigner signer([] {
    TokenSecret secret{};
    secret.fill(7);
    return secret;
  }());
  return signer;
}

std::string encode(const TokenClaim& claim) {
  const bool is_plain = claim.variant == 0;
  Bytes bytes{static_cast<unsigned char>(is_plain ? 1 : 2)};
  std::vector<std::int64_t> values{claim.subscriber_id};
  if (!is_plain) values.push_back(claim.variant);
  values.push_back(claim.issued_at.time_since_epoch().count());
  for (const std::int64_t signed_value : values) {
    const auto value = static_cast<std::uint64_t>(signed_value);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes.push_back(static_cast<unsigned char>(value >> static_cast<unsigned>(shift)));
    }
  }
  bytes.insert(bytes.end(), claim.mac.begin(), claim.mac.end());
  return to_base64url(bytes);
}

bool accepted(std::string_view token) {
  const auto claim = TokenSigner::decode(token);
  return claim && signer().matches(*claim, kSubject);
}

void check_decoding(std::string_view text) {
  const auto claim = TokenSigner::decode(text);
  if (!claim) return;
  require(encode(*claim) == text, "what decodes has one text form");
  const auto issued_at = claim->issued_at.time_since_epoch();
  require(issued_at >= Millis{0} && issued_at <= Millis{253'402'300'799'999},
          "a claim's time lies between 1970 and 9999");
  require(signer().matches(*claim, kSubject) == (claim->subscriber_id == kSubject.subscriber_id &&
                                                 signer().sign(kSubject, claim->issued_at) == text),
          "a claim matches if the secret signs it so");
}

void check_recovery(std::string_view text) {
  const auto recovered = TokenSigner::recover(text);
  require(!TokenSigner::decode(text) || recovered == text, "a token is recovered as itself");
  require(!recovered || TokenSigner::recover(*recovered) == recovered,
          "what was recovered needs no recovery");
}

void check_change(std::string_view change) {
  static const std::string genuine = signer().sign(kSubject, kIssued);
  require(accepted(genuine), "a genuine token matches");
  std::string changed = genuine;
  for (std::size_t i = 0; i < change.size(); ++i) {
    if (i >= changed.size()) {
      changed += change[i];
    } else {
      changed[i] = static_cast<char>(changed[i] ^ change[i]);
    }
  }
  require(accepted(changed) == (changed == genuine), "a changed token does not match");
  require(change.empty() || !accepted(genuine + std::string(change)), "nor does a longer one");
  require(!accepted(genuine.substr(0, change.size() % genuine.size())), "nor does a shorter one");
}

void check_address(std::string_view address) {
  TokenSubject subject = kSubject;
  subject.email_key = address;
  const auto claim = TokenSigner::decode(signer().sign(subject, kIssued));
  require(claim && signer().matches(*claim, subject), "a signed token matches");
  require(signer().matches(*claim, kSubject) == (address == kSubject.email_key),
          "a token is bound to its address");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_decoding(text);
  check_recovery(text);
  check_change(text);
  check_address(text);
  return 0;
}
