// What an SMTP attempt's end means: the table reply -> class. What a class means for job and lane
// is the table beside it (promotions/mail/consequence.h). Pure; knows nothing of libcurl.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mail/smtp_reply.h"
#include "promotions/mail/transport.h"

namespace promotions {

// How far a dialogue had come: what the last command was, in the order of a session.
enum class SmtpStage {
  connect,    // no reply yet
  greeting,   // the server's first line
  hello,      // EHLO or HELO
  starttls,   // STARTTLS and the handshake
  auth,       // AUTH and what belongs to it
  mail,       // MAIL FROM
  reset,      // RSET, when a session is only tried
  recipient,  // RCPT TO
  data,       // DATA, until 354
  content,    // from 354 on: the server may have all of it
};
std::string_view to_text(SmtpStage stage);

// Why a transfer ended, apart from what the server said.
enum class TransferFault {
  none,          // it did not fail, or a reply says all
  unknown_host,  // no address
  unreachable,   // no connection
  tls,           // handshake, certificate, or STARTTLS not to be had
  no_login,      // no AUTH, or none of the mechanisms that we speak
  timeout,
  lost,   // the connection broke
  local,  // we could not go on ourselves
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
  About about;                         // refusals of these, anyone: any,
  std::optional<TransferFault> fault;  // and this fault, absent: any
  DeliveryClass outcome;
  std::string_view name;
  std::string_view meaning = {};  // for people, where the reply itself does not tell
};

// The first rule that applies decides; one does, whatever happened. `text` is the reply's, for what
// neither code nor status tells.
std::span<const DeliveryRule> delivery_rules();
const DeliveryRule& rule_for(SmtpStage stage, SmtpReply reply, TransferFault fault,
                             std::string_view text = {});
DeliveryClass classify(SmtpStage stage, SmtpReply reply, TransferFault fault,
                       std::string_view text = {});

// What that rule means, for people: "what happened; what would help". Empty if nothing is to be
// done about it.
std::string_view meaning_of(const DeliveryRule& rule, SmtpReply reply, std::string_view text);

// `line` for logs: one line of at most 200 octets of UTF-8, with "<address>" in place of whatever
// looks like an address.
std::string redacted(std::string_view line);

}  // namespace promotions
