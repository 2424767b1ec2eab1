// One SMTP session by libcurl: the only header through which mail reaches it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "mail/smtp_dialogue.h"
#include "promotions/mail/smtp_transport.h"

namespace promotions {

// Where sessions go, worked out once.
struct SmtpEndpoint {
  std::string url;          // ends in "/"
  std::string authorities;  // PEM: the system's and ours; empty: libcurl finds the system's itself
};
// Throws ConfigError.
SmtpEndpoint endpoint_of(const SmtpOptions& options);

// How one transfer ended.
struct SmtpEnding {
  SmtpDialogue dialogue;
  TransferFault fault;
  std::string explanation;  // libcurl's
  bool on_kept_connection;
  bool was_connected;  // to somebody, who may have said nothing
  bool was_encrypted;
  bool distrusts_server;  // its certificate does not check
};

// A libcurl handle and the connection that it keeps. One thread at a time.
class SmtpSession {
 public:
  SmtpSession(const SmtpOptions& options, const SmtpEndpoint& endpoint);
  ~SmtpSession();
  SmtpSession(const SmtpSession&) = delete;
  SmtpSession& operator=(const SmtpSession&) = delete;

  // By which mechanism connections that are made from now on sign in; absent: PLAIN, or LOGIN where
  // only that is offered.
  void sign_in_by(std::optional<Mechanism> mechanism);
  std::optional<Mechanism> mechanism() const { return mechanism_; }

  SmtpEnding send(const Message& message, const std::string& mime, bool fresh);
  // As a mail from `from` would, up to MAIL, and RSET.
  SmtpEnding try_out(const std::string& from, bool fresh);

  bool is_open() const;
  // And the server has not closed it meanwhile. Not during a transfer.
  bool is_alive() const;

  // Up to EHLO, and never used for more.
  SmtpEnding greet(const std::string& from);
  // For a look that gives nothing away.
  void trust_anybody();

 private:
  class Handle;
  const std::unique_ptr<Handle> handle_;
  std::optional<Mechanism> mechanism_;
};

// Speaks to the port the other way than configured: encrypted from the first byte, or not. Gives no
// credentials away.
SmtpEnding try_other_way(const SmtpOptions& options, const std::string& from,
                         std::chrono::milliseconds at_most);

}  // namespace promotions
