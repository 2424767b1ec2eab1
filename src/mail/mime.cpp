#include <algorithm>

#include "mail/base64.h"
#include "mail/header.h"
#include "mail/quoted_printable.h"
#include "promotions/base/time_text.h"
#include "promotions/mail/message.h"

namespace promotions {
namespace {

// A name that is safe in a header: ASCII letters, digits, '.' and '-'. All else becomes `instead`.
std::string plain_name(std::string_view text, char instead) {
  std::string name(text);
  const auto is_unsafe = [](char c) {
    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '.' || c == '-');
  };
  std::replace_if(name.begin(), name.end(), is_unsafe, instead);
  return name;
}

// Quoted-printable never produces "=_" or "=m" (RFC 2045 §6.7 note 5), and base64 has "=" only at
// its end, so no body contains a boundary that begins so. Two levels of parts need two boundaries
// of which none begins with the other (RFC 2046 §5.1.2). They are made from the Message-ID, so that
// to_mime() needs no randomness.
std::string boundary_of(std::string_view begin, std::string_view message_id) {
  constexpr std::size_t kMaxSize =
      50;  // RFC 2046 §5.1.1 allows 70; this keeps the header line short
  std::string name = plain_name(message_id.substr(0, kMaxSize), '.');
  std::replace(name.begin(), name.end(), '-', '.');
  return std::string(begin) + name + "_";
}

std::string multipart_field(std::string_view type, std::string_view boundary) {
  return "Content-Type: multipart/" + std::string(type) + ";\r\n boundary=\"" +
         std::string(boundary) + "\"\r\n\r\n";
}

std::string text_part(std::string_view boundary, std::string_view type, std::string_view body) {
  return "--" + std::string(boundary) + "\r\nContent-Type: " + std::string(type) +
         "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
         to_quoted_printable(body) + "\r\n";
}

// The text in its two forms, for mail programs to choose from. It begins with its Content-Type.
std::string alternatives(const Message& message) {
  const std::string boundary = boundary_of("=_", message.message_id);
  return multipart_field("alternative", boundary) +
         text_part(boundary, "text/plain", message.text) +
         text_part(boundary, "text/html", message.html) + "--" + boundary + "--\r\n";
}

// Base64 keeps every byte, line ends included, whatever relays do to text.
std::string file_part(std::string_view boundary, const Attachment& file) {
  constexpr std::size_t kLine = 76;  // RFC 2045 §6.8: no line is longer
  std::string part = "--" + std::string(boundary) + "\r\nContent-Type: " + file.type +
                     "\r\nContent-Transfer-Encoding: base64\r\n"
                     "Content-Disposition: attachment; filename=\"" +
                     plain_name(file.name, '_') + "\"\r\n\r\n";
  const std::string body = to_base64(file.bytes);
  if (body.empty()) part += "\r\n";  // the line end before a boundary belongs to the boundary
  for (std::size_t at = 0; at < body.size(); at += kLine) {
    part.append(body, at, kLine).append("\r\n");
  }
  return part;
}

}  // namespace

std::string to_mime(const Message& message) {
  std::string mime = "Date: " + to_rfc5322(message.date) + "\r\n";
  mime += mailbox_field("From", message.from);
  if (message.reply_to) mime += mailbox_field("Reply-To", *message.reply_to);
  mime += token_field("To", header_token(message.to));
  mime += text_field("Subject", message.subject);
  mime += token_field("Message-ID", "<" + header_token(message.message_id) + ">");
  mime += "MIME-Version: 1.0\r\n";
  mime += "Auto-Submitted: auto-generated\r\n";  // RFC 3834 §5: prevents vacation replies
  mime += "X-Auto-Response-Suppress: All\r\n";   // the same, for Exchange (MS-OXCMAIL §2.2.3.2.14)
  if (message.attachments.empty()) return mime + alternatives(message);
  const std::string boundary = boundary_of("=m", message.message_id);
  mime += multipart_field("mixed", boundary) + "--" + boundary + "\r\n" + alternatives(message);
  for (const Attachment& file : message.attachments) mime += file_part(boundary, file);
  mime += "--" + boundary + "--\r\n";
  return mime;
}

}  // namespace promotions
