// The forms that text values of the configuration must have. Each function returns the value in the
// form that the program works with, or nullopt if it is not valid.
#pragma once

#include <optional>
#include <string>

namespace promotions {

using ValueForm = std::optional<std::string> (*)(const std::string&);

// Text in UTF-8 without control characters. some_text() must not be empty.
std::optional<std::string> any_text(const std::string& text);
std::optional<std::string> some_text(const std::string& text);

// Some text that SQLite does not take for a URI (https://www.sqlite.org/uri.html).
std::optional<std::string> file_name(const std::string& text);

// Is `host`, as written in a URL, certainly this machine: "localhost", "127.0.0.1", "[::1]"?
bool is_loopback(const std::string& host);

// A host name or an IP address. Here and below, …_or_none() also accepts the empty text.
std::optional<std::string> host_name(const std::string& text);
std::optional<std::string> host_name_or_none(const std::string& text);

// What a client calls itself (RFC 5321 §4.1.1.1): a host name, "[192.0.2.1]" or
// "[IPv6:2001:db8::1]".
std::optional<std::string> client_name_or_none(const std::string& text);

// "https://example.org/raffles": http or https, host, optional port and path; no slash at its end.
std::optional<std::string> web_address(const std::string& text);

// Like web_address(), but only where nobody in between can pose as the server: https, or this
// machine.
std::optional<std::string> trusted_web_address(const std::string& text);

// "https://example.org": in the form of an Origin header (RFC 6454 §6.2).
std::optional<std::string> web_origin(const std::string& text);

// "" or "/path", without a slash at its end.
std::optional<std::string> base_path(const std::string& text);

// "10.0.0.0/8", "fd00::/8"; a single address becomes a network of its own, with /32 or /128.
std::optional<std::string> network(const std::string& text);

// 64 lower-case hexadecimal digits.
std::optional<std::string> sha256_hex(const std::string& text);

// "Name <address>" or "address". Checks roughly only; whether mail can be sent to the address is
// checked by check_mailboxes(), as only the mail module knows.
std::optional<std::string> mailbox(const std::string& text);
std::optional<std::string> mailbox_or_none(const std::string& text);

}  // namespace promotions
