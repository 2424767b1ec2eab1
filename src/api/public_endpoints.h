// What participants do: sign up and verify. Private to api.
#pragma once

#include <variant>

#include "promotions/base/json.h"
#include "promotions/base/limiter.h"
#include "promotions/http/answer.h"
#include "promotions/http/pending_reply.h"
#include "promotions/http/request.h"
#include "promotions/manager/campaign_manager.h"

namespace promotions {

// Thread-safe.
class PublicEndpoints {
 public:
  PublicEndpoints(CampaignManager& campaigns, const Clock& clock, Random& random,
                  int sign_ups_per_minute)
      : campaigns_(campaigns), sign_ups_(clock, random, sign_ups_per_minute) {}

  void front_page(const Request& request, PendingReply reply);  // GET /
  void add_subscriber(const Request& request, PendingReply reply);
  void verify_subscriber(const Request& request, PendingReply reply);   // GET
  void confirm_subscriber(const Request& request, PendingReply reply);  // POST

 private:
  std::variant<Answer, Candidate> examine(const Request& request,
                                          const std::variant<Problem, Json>& parsed);
  void verify(const std::string& token, VerifyIntent intent, PendingReply reply);

  CampaignManager& campaigns_;
  Limiter sign_ups_;
};

}  // namespace promotions
