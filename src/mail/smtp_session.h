// One SMTP session over libcurl. Mail uses libcurl only through this header. Private to mail.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "mail/smtp_dialogue.h"
#include "promotions/mail/smtp_transport.h"

namespace promotions {

// The server to connect to, computed once from the options.
struct SmtpEndpoint {
  std::string url;          // ends in "/"
  std::string authorities;  // PEM: the system's and ours; empty: libcurl finds the system's itself
};
// Throws ConfigError if the host, the port or `ca_file` is not valid.
SmtpEndpoint endpoint_of(const SmtpOptions& options);

// How one transfer ended.
struct SmtpEnding {
  SmtpDialogue dialogue;
  TransferFault fault;
  std::string explanation;  // in libcurl's words
  bool on_kept_connection;
  bool was_connected;  // the port accepted the connection, even if the server said nothing
  bool was_encrypted;
  bool distrusts_server;  // the server's certificate was not accepted
};

// A libcurl handle and the connection that it keeps. One thread at a time. Functions block until
// the transfer has ended.
class SmtpSession {
 public:
  // `endpoint` must outlive the session.
  SmtpSession(const SmtpOptions& options, const SmtpEndpoint& endpoint);
  ~SmtpSession();
  SmtpSession(const SmtpSession&) = delete;
  SmtpSession& operator=(const SmtpSession&) = delete;

  // Sets the mechanism with which connections that are made from now on sign in. If absent: PLAIN,
  // or LOGIN if the server offers only that.
  void sign_in_by(std::optional<Mechanism> mechanism);
  std::optional<Mechanism> mechanism() const { return mechanism_; }

  // `fresh`: on a new connection, even if one is kept.
  SmtpEnding send(const Message& message, const std::string& mime, bool fresh);
  // Does what a mail from `from` would do up to MAIL, and then RSET.
  SmtpEnding try_out(const std::string& from, bool fresh);

  bool is_open() const;  // a connection is kept
  // A connection is kept and the server has not closed it. Do not call it during a transfer.
  bool is_alive() const;

  // Goes up to EHLO. Afterwards the session cannot be used for anything else.
  SmtpEnding greet(const std::string& from);
  // Turns off the check of certificates, for a session that sends nothing secret.
  void trust_anybody();

 private:
  class Handle;
  const std::unique_ptr<Handle> handle_;
  std::optional<Mechanism> mechanism_;
};

// Connects in the other way than configured, to find out what the port wants: encrypted from the
// first byte, or not. Goes up to EHLO and sends no credentials. Takes at most `at_most`.
SmtpEnding try_other_way(const SmtpOptions& options, const std::string& from,
                         std::chrono::milliseconds at_most);

}  // namespace promotions
