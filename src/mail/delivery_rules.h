// What the end of an SMTP attempt means: the table from replies to classes. A second table has the
// consequences of each class for job and lane (promotions/mail/consequence.h). Pure functions that
// know nothing about libcurl. Private to mail.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mail/smtp_reply.h"
#include "promotions/mail/transport.h"

namespace promotions {

// How far a session got: its last command. In the order of a session, and compared by it.
enum class SmtpStage {
  connect,    // no reply yet
  greeting,   // the server's first line
  hello,      // EHLO or HELO
  starttls,   // STARTTLS and the TLS handshake
  auth,       // AUTH and its further lines
  mail,       // MAIL FROM
  reset,      // RSET, which ends a probe
  recipient,  // RCPT TO
  data,       // DATA, until 354
  content,    // from 354 on: the server may have received the whole mail
};
std::string_view to_text(SmtpStage stage);

// Why a transfer ended, as libcurl reports it.
enum class TransferFault {
  none,          // it did not fail, or the reply says everything
  unknown_host,  // the host has no address
  unreachable,   // no connection could be made
  tls,           // the handshake or the certificate failed, or the server has no STARTTLS
  no_login,      // the server has no AUTH, or none of the mechanisms that we support
  timeout,
  lost,   // the connection broke
  local,  // something failed on our side
};

// What a reply says, in the classes that the rules treat differently.
enum class Said {
  nothing,  // there was no reply, or only one to an earlier command
  yes,      // 2yz
  later,    // 4yz
  never,    // 5yz
  anything,
};

// A row of the table. It applies if all conditions hold.
struct DeliveryRule {
  SmtpStage first;  // the stage is in first..last
  SmtpStage last;
  Said said;                           // the reply says this
  int code;                            // it has this code; 0: any
  About about;                         // it is about this; anyone: any
  std::optional<TransferFault> fault;  // the fault is this; absent: any
  DeliveryClass outcome;
  std::string_view name;
  std::string_view meaning = {};  // for people, if the reply itself does not tell
};

// The first rule that applies decides, and one always does. `text` is the text of the reply; it
// decides where code and status are not enough.
std::span<const DeliveryRule> delivery_rules();
const DeliveryRule& rule_for(SmtpStage stage, SmtpReply reply, TransferFault fault,
                             std::string_view text = {});
DeliveryClass classify(SmtpStage stage, SmtpReply reply, TransferFault fault,
                       std::string_view text = {});

// What the rule means, for people: "what happened; what would help". Empty if there is nothing to
// do about it.
std::string_view meaning_of(const DeliveryRule& rule, SmtpReply reply, std::string_view text);

// Makes `line` fit for logs: one line of at most 200 octets of UTF-8, with "<address>" instead of
// everything that looks like an address.
std::string redacted(std::string_view line);

}  // namespace promotions
