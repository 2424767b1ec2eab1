// Sends mail over SMTP with libcurl. Sessions are kept and reused, at most `connections` at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "promotions/mail/transport.h"

namespace promotions {

enum class SmtpSecurity { starttls, tls, none };  // starttls: no mail is sent without encryption

struct SmtpOptions {
  std::string host;
  int port = 587;
  SmtpSecurity security = SmtpSecurity::starttls;
  std::string username;  // empty: no AUTH
  std::string password;
  std::string sender;                         // the sender's address that probe() uses
  std::string envelope_from;                  // where bounces go; empty: to the sender
  std::string helo;                           // the name in EHLO; empty: the domain of the sender
  int connections = 4;                        // most sessions at a time; also the mail workers
  std::chrono::milliseconds timeout{60'000};  // for connecting, and for each attempt as a whole
  std::string ca_file;                        // PEM, trusted in addition to those below
};

// Throws ConfigError if the host or the port is not valid, or if `ca_file` contains no
// certificates. send() blocks while all sessions are in use. The certificates in $SSL_CERT_FILE are
// trusted if it is set, otherwise those of the system.
std::unique_ptr<Transport> make_smtp_transport(const SmtpOptions& options);

}  // namespace promotions
