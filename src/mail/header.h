// Header fields (RFC 5322 §2.2) whose values come from people. They are encoded and folded, and
// cannot end a field early. Pure functions, private to mail.
#pragma once

#include <string>
#include <string_view>

#include "promotions/mail/message.h"

namespace promotions {

// Each function returns one field, "Name: value" and CRLF, folded so that no line has more than 76
// octets, unless a single address or token is longer. In values, ill-formed UTF-8 becomes U+FFFD,
// and all characters for which acts_on_lines() is true become spaces.

// Free text, as in Subject: as it is if it is ASCII, otherwise RFC 2047 encoded-words.
std::string text_field(std::string_view name, std::string_view value);

// A mailbox, as in From: a display name (atoms, quoted-string or encoded-words) and an address.
std::string mailbox_field(std::string_view name, const Mailbox& mailbox);

// A value that we made and that cannot be folded, as in Message-ID.
std::string token_field(std::string_view name, std::string_view value);

// Replaces all characters that cannot be in an address or a Message-ID by '_'.
std::string header_token(std::string_view text);

}  // namespace promotions
