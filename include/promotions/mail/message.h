// A mail before it is bytes, and the bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "promotions/base/clock.h"

namespace promotions {

// "Name <address>" or "address"; the name is UTF-8.
struct Mailbox {
  std::string name;
  std::string address;

  // nullopt if `text` is neither form, or the address is not one that EmailAddress would accept
  // apart from needing two domain labels ("no-reply@localhost" is fine here), or the name holds a
  // control character.
  static std::optional<Mailbox> parse(std::string_view text);
};

struct Message {
  Mailbox from;
  std::optional<Mailbox> reply_to;
  std::string to;          // a bare, validated ASCII address
  std::string subject;     // UTF-8; control characters in it become spaces
  std::string text;        // UTF-8, any line ends
  std::string html;        // UTF-8, any line ends
  Time date;               // of this attempt
  Time created;            // of the mail, the same on every attempt
  std::string message_id;  // without angle brackets, "local@domain"
};

// The message as it goes over the wire, CRLF line ends, 7-bit, lines of at most 76 octets where the
// standards allow folding and 998 anywhere: multipart/alternative with text and HTML in
// quoted-printable (RFC 5322, 2045, 2046, 2047; `Auto-Submitted` of RFC 3834). Pure.
std::string to_mime(const Message& message);

}  // namespace promotions
