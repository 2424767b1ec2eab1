// The interface for sending mail. It has two implementations: SMTP, and a folder of .eml files.
#pragma once

#include <string>
#include <string_view>

#include "promotions/mail/message.h"

namespace promotions {

// The outcome of one attempt, in the classes that the queue treats differently.
enum class DeliveryClass {
  delivered,     // accepted by the server (or the file is on disk)
  temporary,     // refused for now: try again later; the attempt counts
  permanent,     // refused for good: the job is dead
  cut_off,       // the connection broke when the server knew the recipient but not yet the mail
  in_doubt,      // the connection broke after the data was sent: it may have been accepted
  lane_trouble,  // the server is away or has problems (connection, greeting, TLS, 421): wait; the
                 // attempt does not count
  crowded,       // the server accepts no more sessions now; those that are open may work
  auth_refused,  // the credentials were refused: no mail will pass until an operator acts
  refused_us,    // refused because of us and not of the recipient: sender, account, relay, quota,
                 // policy
  refused_unclear,  // refused for "security or policy", ours or the mail's: other mails will show
  deferred_us,      // like refused_us, but for now: a rate, a quota, the server's own room
};

std::string_view to_text(DeliveryClass outcome);

struct Delivery {
  DeliveryClass outcome = DeliveryClass::delivered;
  int reply_code = 0;             // of SMTP; 0 if there was no reply
  std::string detail;             // for last_error and logs: one line, no address, no credentials
  std::string status = {};        // RFC 3463: "5.7.1"; empty if the reply had none
  std::string_view rule = {};     // the rule that decided; empty: none was needed. Static text
  std::string_view meaning = {};  // static, for people: "what happened; what would help"; or empty
  bool had_recipient = false;     // the server knew the recipient
};

// Thread-safe: all workers share one transport and call send() in parallel. Errors are outcomes:
// nothing that a mail server or a disk does is thrown.
class Transport {
 public:
  virtual ~Transport() = default;
  // Blocks until the attempt has ended.
  virtual Delivery send(const Message& message) = 0;
  // Would a mail be accepted? Goes as far as it can without sending one: sign-in and sender.
  virtual Delivery probe() = 0;
  // One line for people: "smtp://mail.example.org:587 (starttls)", "directory outbox".
  virtual std::string description() const = 0;
  // The connections that are open now, in use or kept; 0 if there is no server.
  virtual int open_sessions() const { return 0; }
};

}  // namespace promotions
