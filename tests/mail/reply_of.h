// A reply as a test writes it down.
#pragma once

#include <string_view>

#include "mail/smtp_reply.h"

namespace promotions {

// All zero if `line` is no reply, or not the last line of one.
inline SmtpReply reply_of(std::string_view line) {
  const auto parsed = parse_line(line);
  return parsed && parsed->is_last ? parsed->reply : SmtpReply{};
}

}  // namespace promotions
