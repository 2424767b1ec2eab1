// The three endpoints that participants meet. Private to http.
#pragma once

#include <variant>

#include "http/answer.h"
#include "http/pending_reply.h"
#include "http/request.h"
#include "promotions/base/limiter.h"
#include "promotions/manager/campaign_manager.h"

namespace promotions {

// Thread-safe.
class PublicEndpoints {
 public:
  // `base_path`: for `Location`.
  PublicEndpoints(CampaignManager& campaigns, const Clock& clock, Random& random,
                  int sign_ups_per_minute, std::string base_path)
      : campaigns_(campaigns),
        base_path_(std::move(base_path)),
        sign_ups_(clock, random, sign_ups_per_minute) {}

  void add_subscriber(const Request& request, PendingReply reply);
  void verify_subscriber(const Request& request, PendingReply reply);   // GET
  void confirm_subscriber(const Request& request, PendingReply reply);  // POST
  Answer finish_campaign(const Request& request);                       // GET and POST

 private:
  std::variant<Answer, Candidate> examine(const Request& request);
  void verify(const std::string& token, VerifyIntent intent, PendingReply reply);

  CampaignManager& campaigns_;
  const std::string base_path_;
  Limiter sign_ups_;
};

}  // namespace promotions
