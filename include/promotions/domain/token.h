// The tokens in mailed links. A token is computed when a mail is written, computed again when one
// comes back, and never stored.
//
// The text form is base64url of  1 ‖ subscriber(8) ‖ issued_at(8) ‖ HMAC-SHA-256(32),  with
// integers of 8 bytes, big-endian. The HMAC is keyed with the database's secret and covers these
// fields, the purpose, the campaign and the address. If a pending address signed up again, the
// token of that sign-up names it:  2 ‖ subscriber(8) ‖ variant(8) ‖ issued_at(8) ‖ HMAC.
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

enum class TokenPurpose { verify, claim, withdraw };

// The subject that a token is bound to.
struct TokenSubject {
  TokenPurpose purpose = TokenPurpose::verify;
  std::int64_t campaign_id = 0;
  std::int64_t subscriber_id = 0;
  std::string_view email_key;
  std::int64_t variant = 0;  // the sign-up of a pending address, SignUpVariant::id; 0: the first
};

// The subject of a link to withdraw. Campaign and address are left out, so that the link still
// proves genuine when the entry is erased. Sign it as issued at the moment of the verification, and
// compare that moment with the row's: once a backup is restored, the number may be somebody else's.
inline TokenSubject withdrawal_of(std::int64_t subscriber_id) {
  return {.purpose = TokenPurpose::withdraw, .subscriber_id = subscriber_id, .email_key = {}};
}

// The fields of a token. They are only a claim until matches() has confirmed them.
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

  // Returns nullopt if `token` does not have the text form. Any length and any bytes are safe.
  static std::optional<TokenClaim> decode(std::string_view token);

  // Is the claim genuine for this subject? Compares the HMAC in constant time.
  bool matches(const TokenClaim& claim, const TokenSubject& subject) const;

  // Finds the token in a link that mail programs or people have damaged. Around the token there may
  // be characters that no token contains, and before it the parameter's own name or what
  // quoted-printable makes of "=" ("3D"). Inside it there may be a soft line break ("=", white
  // space). Returns nullopt if there is no token. The result has the length and the alphabet of the
  // text form and still has to be decoded.
  static std::optional<std::string> recover(std::string_view text);

  // A stable name that cannot be guessed without the secret, for things other than links:
  // Message-IDs.
  std::string opaque_name(std::string_view kind, std::int64_t id) const;

 private:
  struct Keyed;
  std::shared_ptr<const Keyed> keyed_;  // the state of an HMAC that has absorbed the secret
};

}  // namespace promotions
