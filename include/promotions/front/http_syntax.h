// The grammar of HTTP/1.1 messages, as far as it concerns single bytes and values. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace promotions::http_syntax {

bool is_digit(char c);
bool is_hex_digit(char c);
unsigned hex_value(char digit);  // of an is_hex_digit()

// RFC 9110 §5.6.2.
bool is_token(std::string_view text);

// A byte that may stand in a line of a head: no control character but the tab.
bool is_line_byte(char c);

// Without the spaces and tabs around it (RFC 9110 §5.6.3, OWS).
std::string_view trim(std::string_view text);

// ASCII letters alike in both cases.
bool same_ignoring_case(std::string_view a, std::string_view b);

// 1*DIGIT that fits 63 bits: no sign, no list, no white space (RFC 9110 §8.6).
std::optional<std::uint64_t> parse_length(std::string_view text);

// uri-host [ ":" port ] (RFC 9110 §7.2); not empty.
bool is_host(std::string_view text);

// Without a fragment and without white space or control characters. A path is visible ASCII with
// two hexadecimal digits after every "%" (RFC 3986 §2.1). What others append to a link's query need
// not be: who reads a parameter judges it.
bool is_target(std::string_view text);

// `token` is a member of the comma-separated list (RFC 9110 §5.6.1), in any case.
bool list_contains(std::string_view list, std::string_view token);

}  // namespace promotions::http_syntax
