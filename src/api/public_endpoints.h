// The endpoints for participants: signing up, verifying and withdrawing. Private to api.
#pragma once

#include <string>

#include "promotions/http/answer.h"
#include "promotions/http/pending_reply.h"
#include "promotions/http/request.h"
#include "promotions/manager/sign_ups.h"

namespace promotions {

// What pages need besides the campaign.
struct ParticipantWords {
  std::string public_url;      // for links that are used outside a page
  std::string sender_name;     // who mails come from, unless the campaign has a from_name
  std::string sender_address;  // shown to people, who look for it in their mailbox
};

// Thread-safe. The handlers are swift: they run on the loop thread and never wait.
class PublicEndpoints {
 public:
  PublicEndpoints(Campaigns& campaigns, SignUps& sign_ups, ParticipantWords words)
      : campaigns_(campaigns), sign_ups_(sign_ups), words_(std::move(words)) {}

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
  const ParticipantWords words_;
};

}  // namespace promotions
