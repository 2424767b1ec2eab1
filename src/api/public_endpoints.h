// The endpoints for participants: signing up, verifying and withdrawing. Private to api.
#pragma once

#include <string>

#include "promotions/http/answer.h"
#include "promotions/http/pending_reply.h"
#include "promotions/http/request.h"
#include "promotions/manager/sign_ups.h"

namespace promotions {

// Thread-safe. The handlers are swift: they run on the loop thread and never wait.
class PublicEndpoints {
 public:
  // `public_url` is for links that are used outside a page.
  PublicEndpoints(Campaigns& campaigns, SignUps& sign_ups, std::string public_url)
      : campaigns_(campaigns), sign_ups_(sign_ups), public_url_(std::move(public_url)) {}

  void front_page(const Request& request, PendingReply reply);  // GET /
  void add_subscriber(const Request& request, PendingReply reply);
  void verify_subscriber(const Request& request, PendingReply reply);   // GET
  void confirm_subscriber(const Request& request, PendingReply reply);  // POST
  void withdraw(const Request& request, PendingReply reply);            // GET: only looks
  void confirm_withdrawal(const Request& request, PendingReply reply);  // POST

 private:
  void withdraw(const std::string& token, VerifyIntent intent, PendingReply reply);
  void verify(const std::string& token, VerifyIntent intent, PendingReply reply);

  Campaigns& campaigns_;
  SignUps& sign_ups_;
  const std::string public_url_;
};

}  // namespace promotions
