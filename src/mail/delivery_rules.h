// What an SMTP attempt's end means: the table reply -> class. What a class means for job and lane
// is the table beside it (promotions/mail/consequence.h). Pure; knows nothing of libcurl.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "promotions/mail/transport.h"

namespace promotions {

// How far a dialogue had come: what the last command was, in the order of a session.
enum class SmtpStage {
  connect,    // no reply yet
  greeting,   // the server's first line
  hello,      // EHLO or HELO
  starttls,   // STARTTLS and the handshake
  auth,       // AUTH and what belongs to it
  noop,       // NOOP, when a session is only tried
  mail,       // MAIL FROM
  recipient,  // RCPT TO
  data,       // DATA, until 354
  content,    // from 354 on: the server may have all of it
};
std::string_view to_text(SmtpStage stage);

// Why a transfer ended, apart from what the server said.
enum class TransferFault {
  none,         // it did not fail, or a reply says all
  unreachable,  // no address, no connection
  tls,          // handshake, certificate, or STARTTLS not to be had
  no_login,     // no AUTH, or none of the mechanisms that we speak
  timeout,
  lost,   // the connection broke
  local,  // we could not go on ourselves
};

// A final reply line. All zero: the command got no answer.
struct SmtpReply {
  int code = 0;            // RFC 5321 §4.2
  int enhanced_class = 0;  // RFC 3463 §2: 2, 4 or 5; 0 if the line has no enhanced status
  friend bool operator==(const SmtpReply&, const SmtpReply&) = default;
};

// What a reply says, as far as the rules tell apart.
enum class Said {
  nothing,  // there was none, or one that answers something else
  yes,      // 2yz
  later,    // 4yz
  never,    // 5yz
  anything,
};

struct DeliveryRule {
  SmtpStage first;  // it holds for these stages,
  SmtpStage last;
  Said said;                           // these replies,
  int code;                            // this one code, 0: any,
  std::optional<TransferFault> fault;  // and this fault, absent: any
  DeliveryClass outcome;
};

// The first rule that applies decides; one does, whatever happened.
std::span<const DeliveryRule> delivery_rules();
const DeliveryRule& rule_for(SmtpStage stage, SmtpReply reply, TransferFault fault);
DeliveryClass classify(SmtpStage stage, SmtpReply reply, TransferFault fault);

// "550 5.1.1 No such user" -> {550, 5}; all zero if `line` is no reply or not its last line
// (RFC 5321 §4.2.1: "550-No such" and more lines).
SmtpReply parse_reply(std::string_view line);

// `line` for logs: one line of at most 200 octets of UTF-8, with "<address>" in place of whatever
// looks like an address.
std::string redacted(std::string_view line);

}  // namespace promotions
