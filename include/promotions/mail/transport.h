// The way out for mail: one interface, two implementations (SMTP, a folder of .eml files).
#pragma once

#include <string>
#include <string_view>

#include "promotions/mail/message.h"

namespace promotions {

// What became of one attempt, as far as the queue must tell apart.
enum class DeliveryClass {
  delivered,     // accepted by the server (or the file is on disk)
  temporary,     // refused for now: try again later, an attempt is spent
  permanent,     // refused for good: the job is dead
  cut_off,       // lost once the server knew whom the mail is for, and before it had the mail
  in_doubt,      // lost after the data was handed over: may have been accepted
  lane_trouble,  // the server is away or unwell (connection, greeting, TLS, 421): wait, spend
                 // nothing
  crowded,       // the server takes no further session now; those that are open may work
  auth_refused,  // credentials refused: nothing will pass until an operator acts
  refused_us,    // refused for what we are, not for the recipient: sender, account, relay, quota,
                 // policy
  refused_unclear,  // refused for "security or policy", whosever: what becomes of others shows it
  deferred_us,      // as refused_us, but for now: a rate, a quota, the server's own room
};

std::string_view to_text(DeliveryClass outcome);

struct Delivery {
  DeliveryClass outcome = DeliveryClass::delivered;
  int reply_code = 0;          // SMTP's, 0 if there was none
  std::string detail;          // for last_error and logs: one line, no address, no credentials
  std::string status = {};     // RFC 3463: "5.7.1"; empty if the reply had none
  std::string_view rule = {};  // which rule said so; empty: none was needed. Both are static text
  std::string_view meaning = {};  // for people: "what happened; what would help"; may be empty
  bool had_recipient = false;     // the server knew whom the mail is for
};

// Thread-safe: each worker calls send() on the one transport; calls run in parallel.
// Errors are outcomes; nothing is thrown for what a mail server or a disk does.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Delivery send(const Message& message) = 0;
  // Would a mail be taken? Goes as far as can be without sending one: sign-in and sender.
  virtual Delivery probe() = 0;
  // One line for people: "smtp://mail.example.org:587 (starttls)", "directory outbox".
  virtual std::string description() const = 0;
  // Connections that are open now, in use or kept; none where there is no server.
  virtual int open_sessions() const { return 0; }
};

}  // namespace promotions
