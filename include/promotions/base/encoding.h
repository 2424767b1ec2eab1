// Text encodings of bytes, and checks of text. Pure functions that ignore the C locale. Those that
// decode return nullopt for text that is not in the encoding.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace promotions {

using Bytes = std::vector<unsigned char>;

// Lower-case hexadecimal.
std::string to_hex(std::span<const unsigned char> bytes);

// RFC 4648 §5 without padding. Decoding refuses padding, white space and stray bits in the last
// digit, so every value has exactly one text.
std::string to_base64url(std::span<const unsigned char> bytes);
std::optional<Bytes> from_base64url(std::string_view text);

// RFC 4648 §4 with optional padding, as in HTTP Basic credentials.
std::optional<std::string> from_base64(std::string_view text);

// For a value in a URL: everything but unreserved characters (RFC 3986 §2.3) as %XX (§2.1).
std::string percent_encoded(std::string_view text);

// Changes ASCII letters only; every other byte stays as it is.
std::string to_lower_ascii(std::string_view text);

// Removes ASCII white space at both ends. The result points into `text`.
std::string_view trim_ascii(std::string_view text);

// Is it well-formed UTF-8 by RFC 3629, without surrogates and overlong forms?
bool is_utf8(std::string_view text);

// Does it contain an ASCII control character (0x00..0x1F, 0x7F)?
bool has_control(std::string_view text);

}  // namespace promotions
