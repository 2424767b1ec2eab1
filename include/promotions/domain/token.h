// The tokens in mailed links: derived when a mail is written, recomputed when one comes back, never
// stored.
//
// Text form: base64url of  1 ‖ subscriber(8) ‖ issued_at(8) ‖ HMAC-SHA-256(32), integers
// big-endian, where the HMAC under the database's secret covers purpose, campaign, address and the
// rest. A token of a further sign-up names it, too:  2 ‖ subscriber(8) ‖ variant(8) ‖ issued_at(8)
// ‖ HMAC.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "promotions/base/clock.h"

namespace promotions {

using TokenSecret = std::array<unsigned char, 32>;

enum class TokenPurpose { verify, claim };

// What a token is bound to.
struct TokenSubject {
  TokenPurpose purpose = TokenPurpose::verify;
  std::int64_t campaign_id = 0;
  std::int64_t subscriber_id = 0;
  std::string_view email_key;
  std::int64_t variant = 0;  // which sign-up of a pending address: SignUpVariant::id; 0: the first
};

// What a token says of itself: only a claim until matches() has been asked.
struct TokenClaim {
  std::int64_t subscriber_id = 0;
  std::int64_t variant = 0;
  Time issued_at;
  std::array<unsigned char, 32> mac{};
};

// Thread-safe; holds a copy of the secret.
class TokenSigner {
 public:
  explicit TokenSigner(const TokenSecret& secret);

  std::string sign(const TokenSubject& subject, Time issued_at) const;

  // nullopt when `token` is not of the text form. Any length and any bytes are safe.
  static std::optional<TokenClaim> decode(std::string_view token);

  // Is the claim genuine for this subject? In constant time.
  bool matches(const TokenClaim& claim, const TokenSubject& subject) const;

  // A token as it was in the mail, out of what mail programs and people made of it: beside it may
  // stand characters that no token has, and before it what quoted-printable makes of "=" ("3D") or
  // the parameter's own name; a soft line break ("=", white space) may be inside. nullopt: there is
  // none in it. What comes back has the text form's length and alphabet, and is still to be
  // decoded.
  static std::optional<std::string> recover(std::string_view text);

  // A stable, unguessable name under the same secret for things that are not links: Message-IDs.
  std::string opaque_name(std::string_view kind, std::int64_t id) const;

 private:
  struct Keyed;
  std::shared_ptr<const Keyed> keyed_;  // the hash with the secret in it already
};

}  // namespace promotions
