#include "promotions/domain/token.h"

#include <sodium.h>

#include <algorithm>
#include <span>

#include "promotions/base/encoding.h"
#include "promotions/base/unicode.h"

namespace promotions {
namespace {

using Mac = std::array<unsigned char, 32>;
static_assert(std::tuple_size_v<Mac> == crypto_auth_hmacsha256_BYTES);
static_assert(std::tuple_size_v<TokenSecret> == crypto_auth_hmacsha256_KEYBYTES);

// The first byte of a token: the version of what follows.
constexpr unsigned char kPlain = 1;
constexpr unsigned char kOfVariant = 2;
constexpr std::size_t kPlainBytes = 1 + 8 + 8 + std::tuple_size_v<Mac>;
constexpr std::size_t kVariantBytes = kPlainBytes + 8;

constexpr std::size_t base64_length(std::size_t bytes) {
  return (bytes * 4 + 2) / 3;
}

// Text that may precede a token and consists of characters that a token may contain: "=" in
// quoted-printable, and the parameter's name.
constexpr std::array<std::string_view, 3> kTokenPrefixes{"3D", "3d", "token"};

// 9999-12-31T23:59:59.999Z. No token is signed before 1970 or after 9999. Refusing such claims
// keeps arithmetic on their times from overflowing.
constexpr Time kLatest{Millis{253'402'300'799'999}};

std::string_view to_text(TokenPurpose purpose) {
  switch (purpose) {
    case TokenPurpose::verify:
      return "verify";
    case TokenPurpose::claim:
      return "claim";
    case TokenPurpose::withdraw:
      return "withdraw";
  }
  return "";
}

void append_uint64(Bytes& bytes, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<unsigned char>(value >> static_cast<unsigned>(shift)));
  }
}

std::uint64_t read_uint64(std::span<const unsigned char> bytes) {
  std::uint64_t value = 0;
  for (const unsigned char byte : bytes.first<8>()) value = value << 8U | byte;
  return value;
}

// `keyed` is a copy: an HMAC that has absorbed the secret already, which saves hashing it each
// time.
Mac hmac(crypto_auth_hmacsha256_state keyed, std::string_view text) {
  Mac mac{};
  crypto_auth_hmacsha256_update(&keyed, reinterpret_cast<const unsigned char*>(text.data()),
                                text.size());
  crypto_auth_hmacsha256_final(&keyed, mac.data());
  return mac;
}

// Every part but the last is a word or a number without newlines. So newlines separate the parts
// without doubt, whatever the last one contains.
Mac token_mac(const crypto_auth_hmacsha256_state& keyed, const TokenSubject& subject,
              Time issued_at) {
  std::string text = subject.variant == 0 ? "promotions/token/v1\n" : "promotions/token/v2\n";
  text.append(to_text(subject.purpose)).append("\n");
  text.append(std::to_string(subject.campaign_id)).append("\n");
  text.append(std::to_string(subject.subscriber_id)).append("\n");
  if (subject.variant != 0) text.append(std::to_string(subject.variant)).append("\n");
  text.append(std::to_string(issued_at.time_since_epoch().count())).append("\n");
  text.append(subject.email_key);
  return hmac(keyed, text);
}

bool is_token_character(char32_t c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

std::string_view without_junk_before(std::string_view text) {
  while (!text.empty()) {
    std::string_view rest = text;
    if (is_token_character(take_code_point(rest))) break;
    text = rest;
  }
  return text;
}

constexpr std::size_t kTellingLength = 4;  // characters of base64 that decode to whole bytes

// The length of a token that begins like this, or 0 if none does.
std::size_t length_by_beginning(std::string_view token) {
  const auto bytes = from_base64url(token.substr(0, kTellingLength));
  if (!bytes) return 0;
  if (bytes->front() == kPlain) return base64_length(kPlainBytes);
  return bytes->front() == kOfVariant ? base64_length(kVariantBytes) : 0;
}

// Reads a token at the very beginning of `text`. It must reach to the end of the text or to a
// character that no token contains.
std::optional<std::string> take_token(std::string_view text) {
  std::string token;
  std::size_t length = base64_length(kVariantBytes);  // until the first byte tells
  while (!text.empty()) {
    const char32_t c = take_code_point(text);
    if (is_token_character(c)) {
      if (token.size() == length) return std::nullopt;  // longer than such a token
      token += static_cast<char>(c);
      if (token.size() == kTellingLength) length = length_by_beginning(token);
      if (length == 0) return std::nullopt;
    } else if (token.size() == length) {
      break;
    } else if (c != '=' && !is_white_space(c) && !is_invisible(c)) {
      // Only a soft line break of quoted-printable may be inside a token.
      return std::nullopt;
    }
  }
  return token.size() == length ? std::optional(std::move(token)) : std::nullopt;
}

}  // namespace

struct TokenSigner::Keyed {
  explicit Keyed(const TokenSecret& secret) {
    crypto_auth_hmacsha256_init(&state, secret.data(), secret.size());
  }
  crypto_auth_hmacsha256_state state{};
};

TokenSigner::TokenSigner(const TokenSecret& secret)
    : keyed_(std::make_shared<const Keyed>(secret)) {}

std::string TokenSigner::sign(const TokenSubject& subject, Time issued_at) const {
  Bytes bytes;
  bytes.reserve(kVariantBytes);
  bytes.push_back(subject.variant == 0 ? kPlain : kOfVariant);
  append_uint64(bytes, static_cast<std::uint64_t>(subject.subscriber_id));
  if (subject.variant != 0) append_uint64(bytes, static_cast<std::uint64_t>(subject.variant));
  append_uint64(bytes, static_cast<std::uint64_t>(issued_at.time_since_epoch().count()));
  const Mac mac = token_mac(keyed_->state, subject, issued_at);
  bytes.insert(bytes.end(), mac.begin(), mac.end());
  return to_base64url(bytes);
}

std::optional<TokenClaim> TokenSigner::decode(std::string_view token) {
  // The length comes first: text of any other length is not even decoded.
  const bool is_plain = token.size() == base64_length(kPlainBytes);
  if (!is_plain && token.size() != base64_length(kVariantBytes)) return std::nullopt;
  const auto bytes = from_base64url(token);
  if (!bytes || bytes->size() != (is_plain ? kPlainBytes : kVariantBytes) ||
      bytes->front() != (is_plain ? kPlain : kOfVariant)) {
    return std::nullopt;
  }

  auto fields = std::span<const unsigned char>(*bytes).subspan(1);
  const auto take_int64 = [&fields] {
    const auto value = static_cast<std::int64_t>(read_uint64(fields));
    fields = fields.subspan(8);
    return value;
  };
  TokenClaim claim;
  claim.subscriber_id = take_int64();
  if (!is_plain) claim.variant = take_int64();
  const std::int64_t issued_at = take_int64();
  claim.issued_at = Time{Millis{issued_at}};
  if (issued_at < 0 || claim.issued_at > kLatest || (!is_plain && claim.variant == 0)) {
    return std::nullopt;
  }
  const auto mac = fields;
  std::copy(mac.begin(), mac.end(), claim.mac.begin());
  return claim;
}

std::optional<std::string> TokenSigner::recover(std::string_view text) {
  // Each round removes something from the front, so this ends.
  for (;;) {
    text = without_junk_before(text);
    if (auto token = take_token(text)) return token;
    const auto* prefix =
        std::find_if(kTokenPrefixes.begin(), kTokenPrefixes.end(),
                     [&](std::string_view each) { return text.starts_with(each); });
    if (prefix == kTokenPrefixes.end()) return std::nullopt;
    text.remove_prefix(prefix->size());
  }
}

bool TokenSigner::matches(const TokenClaim& claim, const TokenSubject& subject) const {
  if (claim.subscriber_id != subject.subscriber_id || claim.variant != subject.variant) {
    return false;
  }
  // The time is the claim's own, but the HMAC covers it.
  const Mac expected = token_mac(keyed_->state, subject, claim.issued_at);
  return sodium_memcmp(expected.data(), claim.mac.data(), expected.size()) == 0;
}

std::string TokenSigner::opaque_name(std::string_view kind, std::int64_t id) const {
  std::string text = "promotions/name/v1\n";
  text.append(std::to_string(id)).append("\n").append(kind);
  const Mac mac = hmac(keyed_->state, text);
  return to_hex(std::span(mac).first<16>());
}

}  // namespace promotions
