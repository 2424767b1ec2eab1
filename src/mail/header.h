// Header fields (RFC 5322 §2.2) whose values come from people: encoded, folded, unable to end
// early.
#pragma once

#include <string>
#include <string_view>

#include "promotions/mail/message.h"

namespace promotions {

// Each returns one field, "Name: value" and CRLF, folded so that no line exceeds 76 octets unless
// a single address or token is longer. Values are repaired UTF-8 on one line: ill-formed bytes
// become U+FFFD; control characters and Unicode line separators become spaces.

// Free text, as in Subject: readable if it is ASCII, otherwise RFC 2047 encoded-words.
std::string text_field(std::string_view name, std::string_view value);

// A mailbox, as in From: display name (atoms, quoted-string or encoded-words) and address.
std::string mailbox_field(std::string_view name, const Mailbox& mailbox);

// A value of our own that cannot be folded inside, as in Message-ID.
std::string token_field(std::string_view name, std::string_view value);

// `text` with '_' for whatever could not stand in an address or a Message-ID.
std::string header_token(std::string_view text);

}  // namespace promotions
