// Certificates for servers of tests, good and bad ones.
#pragma once

#include <memory>
#include <string>

#include "support/temp_folder.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace promotions {

// Signed by itself, so it is good for whoever takes its own file as the list of authorities.
// Thread-safe after construction.
class Certificate {
 public:
  enum class Flaw { none, expired, other_name };

  // For "localhost" and 127.0.0.1, valid since yesterday and until tomorrow, apart from the flaw.
  explicit Certificate(Flaw flaw = Flaw::none);

  std::string file() const { return folder_.file("certificate.pem"); }
  ssl_ctx_st* context() const { return context_.get(); }  // for a server that shows it

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };

  TempFolder folder_;
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

}  // namespace promotions
