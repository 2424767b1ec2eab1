// Text forms of bytes, and checks of text. No locale is consulted.
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

// RFC 4648 §5 without padding. Decoding refuses padding, white space and bits that no encoder sets.
std::string to_base64url(std::span<const unsigned char> bytes);
std::optional<Bytes> from_base64url(std::string_view text);

// RFC 4648 §4, padding optional; for HTTP Basic credentials.
std::optional<std::string> from_base64(std::string_view text);

// RFC 3986 §2.1: all but unreserved characters (§2.3) as %XX, for a value in a URL.
std::string percent_encoded(std::string_view text);

// ASCII letters only; every other byte stays.
std::string to_lower_ascii(std::string_view text);

// Without the ASCII white space at both ends.
std::string_view trim_ascii(std::string_view text);

// Well-formed UTF-8 by RFC 3629: no surrogates, no overlong forms.
bool is_utf8(std::string_view text);

// An ASCII control character (0x00..0x1F, 0x7F) is in it.
bool has_control(std::string_view text);

}  // namespace promotions
