// aiosmtpd (Debian's python3-aiosmtpd) as a mail server with TLS that insists on AUTH.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "promotions/base/json.h"
#include "support/child_process.h"
#include "support/temp_folder.h"

namespace promotions {

// On 127.0.0.1 and a free port, with a certificate for "localhost" and 127.0.0.1 that it has signed
// itself. STARTTLS and AUTH (PLAIN or LOGIN) are required. Ends with this object. One thread.
class AiosmtpdServer {
 public:
  enum class Tls { starttls, implicit };

  explicit AiosmtpdServer(Tls tls = Tls::starttls);

  int port() const { return port_; }
  static std::string username() { return "mailer"; }
  static std::string password() { return "correct horse"; }
  std::string certificate_file() const { return folder_.file("certificate.pem"); }

  // The messages accepted so far, each {"from","recipients":[],"data","tls","user"}; waits until
  // there are `count`, but not longer than `at_most`.
  const std::vector<Json>& messages(std::size_t count, std::chrono::milliseconds at_most);

 private:
  TempFolder folder_;  // holds key and certificate
  ChildProcess process_;
  int port_ = 0;
  std::vector<Json> messages_;
};

}  // namespace promotions
