// The forms that text values of the configuration must have. Each function returns the value as the
// rest of the program wants it, or nullopt if it is not of its form.
#pragma once

#include <optional>
#include <string>

namespace promotions {

using ValueForm = std::optional<std::string> (*)(const std::string&);

// Text without control characters, in UTF-8.
std::optional<std::string> any_text(const std::string& text);
std::optional<std::string> some_text(const std::string& text);

// Some text that SQLite does not take for a URI (https://www.sqlite.org/uri.html).
std::optional<std::string> file_name(const std::string& text);

// A host that is this machine for sure, as it stands in a URL: "127.0.0.1", "[::1]".
bool is_loopback(const std::string& host);

// A host name or an IP address.
std::optional<std::string> host_name(const std::string& text);
std::optional<std::string> host_name_or_none(const std::string& text);

// What a client calls itself (RFC 5321 §4.1.1.1): a host name, "[192.0.2.1]" or
// "[IPv6:2001:db8::1]".
std::optional<std::string> client_name_or_none(const std::string& text);

// "https://example.org/raffles": http or https, host, optional port and path; no slash at its end.
std::optional<std::string> web_address(const std::string& text);

// As web_address(), of a server that nobody on the way can stand in for: https, or this machine.
std::optional<std::string> trusted_web_address(const std::string& text);

// "https://example.org": as a browser writes an Origin header, RFC 6454 §6.2.
std::optional<std::string> web_origin(const std::string& text);

// "" or "/path", without a slash at its end.
std::optional<std::string> base_path(const std::string& text);

// "10.0.0.0/8", "fd00::/8"; a single address gets its full prefix.
std::optional<std::string> network(const std::string& text);

// 64 lower-case hexadecimal digits.
std::optional<std::string> sha256_hex(const std::string& text);

// "Name <address>" or "address". Only what keeps it from being anything else: whether the address
// can be written to is for the mail module to say.
std::optional<std::string> mailbox(const std::string& text);
std::optional<std::string> mailbox_or_none(const std::string& text);

}  // namespace promotions
