// The grammar of HTTP/1.1 messages: single bytes and values. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace promotions::http_syntax {

bool is_digit(char c);
bool is_hex_digit(char c);
unsigned hex_value(char digit);  // `digit` must be an is_hex_digit()

// RFC 9110 §5.6.2.
bool is_token(std::string_view text);

// Whether the byte may stand in a line of a head: it is no control character, or it is the tab.
bool is_line_byte(char c);

// Removes the spaces and tabs around the text (RFC 9110 §5.6.3, OWS).
std::string_view trim(std::string_view text);

// Compares ASCII letters without regard to case, and all other bytes exactly.
bool same_ignoring_case(std::string_view a, std::string_view b);

// 1*DIGIT, at most 18 of them, which fit 63 bits: no sign, no list, no white space (RFC 9110 §8.6).
std::optional<std::uint64_t> parse_length(std::string_view text);

// uri-host [ ":" port ] (RFC 9110 §7.2); not empty.
bool is_host(std::string_view text);

// A request target: not empty, without a fragment, white space or control characters. The path must
// be visible ASCII with two hexadecimal digits after every "%" (RFC 3986 §2.1). The query need not,
// since other programs append to the query of a link; a parameter is checked when it is read.
bool is_target(std::string_view text);

// Whether `token` is a member of the comma-separated list (RFC 9110 §5.6.1), ignoring case.
bool list_contains(std::string_view list, std::string_view token);

}  // namespace promotions::http_syntax
