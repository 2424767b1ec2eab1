// A mail as a value, and its form as bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/clock.h"

namespace promotions {

// "Name <address>" or "address"; the name is UTF-8.
struct Mailbox {
  std::string name;
  std::string address;

  // Returns nullopt if `text` has neither form, if the name contains a control character, or if the
  // address is not valid. Addresses are valid as for EmailAddress, but one domain label is enough
  // ("no-reply@localhost"), and an internationalised domain must already be in A-labels.
  static std::optional<Mailbox> parse(std::string_view text);
};

// A file that comes with a mail; whoever saves it has exactly these bytes.
struct Attachment {
  std::string name;  // of the file; what is not an ASCII letter, digit, '.' or '-' becomes '_'
  std::string type;  // "application/json": made by us, never by people
  std::string bytes;
};

struct Message {
  Mailbox from;
  std::optional<Mailbox> reply_to;
  std::string to;          // a validated ASCII address without a name
  std::string subject;     // UTF-8; control characters in it become spaces
  std::string text;        // UTF-8, any line ends
  std::string html;        // UTF-8, any line ends
  Time date;               // the time of this attempt
  Time created;            // when the mail was created; the same for every attempt
  std::string message_id;  // without angle brackets, "local@domain"
  std::vector<Attachment> attachments{};
};

// Returns the message as it goes over the wire: multipart/alternative with text and HTML in
// quoted-printable (RFC 5322, 2045, 2046, 2047; `Auto-Submitted` of RFC 3834). Attachments make
// that the first part of a multipart/mixed; they follow it in base64 (RFC 2183). It is 7-bit with
// CRLF line ends. Lines have at most 76 octets where the standards allow folding, and never more
// than 998. A pure function.
std::string to_mime(const Message& message);

}  // namespace promotions
