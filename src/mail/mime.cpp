#include <algorithm>

#include "mail/header.h"
#include "mail/quoted_printable.h"
#include "promotions/base/time_text.h"
#include "promotions/mail/message.h"

namespace promotions {
namespace {

// Quoted-printable never produces "=_" (RFC 2045 §6.7 note 5), so no body contains the boundary. It
// is made from the Message-ID, so that to_mime() needs no randomness.
std::string boundary_of(std::string_view message_id) {
  constexpr std::size_t kMaxSize =
      50;  // RFC 2046 §5.1.1 allows 70; this keeps the header line short
  std::string text(message_id.substr(0, kMaxSize));
  const auto is_unsafe = [](char c) {
    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
  };
  std::replace_if(text.begin(), text.end(), is_unsafe, '.');
  return "=_" + text + "_";
}

std::string part(std::string_view boundary, std::string_view type, std::string_view body) {
  return "--" + std::string(boundary) + "\r\nContent-Type: " + std::string(type) +
         "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
         to_quoted_printable(body) + "\r\n";
}

}  // namespace

std::string to_mime(const Message& message) {
  const std::string boundary = boundary_of(message.message_id);
  std::string mime = "Date: " + to_rfc5322(message.date) + "\r\n";
  mime += mailbox_field("From", message.from);
  if (message.reply_to) mime += mailbox_field("Reply-To", *message.reply_to);
  mime += token_field("To", header_token(message.to));
  mime += text_field("Subject", message.subject);
  mime += token_field("Message-ID", "<" + header_token(message.message_id) + ">");
  mime += "MIME-Version: 1.0\r\n";
  mime += "Auto-Submitted: auto-generated\r\n";  // RFC 3834 §5: prevents vacation replies
  mime += "X-Auto-Response-Suppress: All\r\n";   // the same, for Exchange (MS-OXCMAIL §2.2.3.2.14)
  mime += "Content-Type: multipart/alternative;\r\n boundary=\"" + boundary + "\"\r\n\r\n";
  mime += part(boundary, "text/plain", message.text);
  mime += part(boundary, "text/html", message.html);
  mime += "--" + boundary + "--\r\n";
  return mime;
}

}  // namespace promotions
