// A mail with nothing special about it, to be made special.
#pragma once

#include "promotions/base/time_text.h"
#include "promotions/mail/message.h"

namespace promotions {

inline Message sample_message() {
  Message message;
  message.from = {"Promotions", "no-reply@example.com"};
  message.to = "ana@example.org";
  message.subject = "Please confirm";
  message.text = "Hello\n";
  message.html = "<p>Hello</p>\n";
  message.date = message.created = parse_rfc3339("2026-11-24T03:04:05.678Z").value();
  message.message_id = "job-17.abcDEF@example.com";
  return message;
}

}  // namespace promotions
