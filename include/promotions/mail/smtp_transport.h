// Mail over SMTP with libcurl. Sessions are kept and reused, at most `connections` at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "promotions/mail/transport.h"

namespace promotions {

enum class SmtpSecurity { starttls, tls, none };  // starttls is required, never opportunistic

struct SmtpOptions {
  std::string host;
  int port = 587;
  SmtpSecurity security = SmtpSecurity::starttls;
  std::string username;  // empty: no AUTH
  std::string password;
  std::string sender;                         // an address: who probe() says the mail is from
  std::string envelope_from;                  // where bounces go; empty: to the sender
  std::string helo;                           // the name in EHLO; empty: the domain of the sender
  int connections = 4;                        // sessions kept open; also the mail workers
  std::chrono::milliseconds timeout{60'000};  // for connecting, and for each attempt as a whole
  std::string ca_file;                        // PEM, beside those below; empty: only those
};

// Throws ConfigError if host or port cannot be one, or `ca_file` holds no certificates. `send`
// waits while all sessions are in use. Trusted are $SSL_CERT_FILE, if set, else the system's
// certificates.
std::unique_ptr<Transport> make_smtp_transport(const SmtpOptions& options);

}  // namespace promotions
