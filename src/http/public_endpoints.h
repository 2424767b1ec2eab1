// The three endpoints that participants meet. Private to http.
#pragma once

#include "http/answer.h"
#include "http/limiter.h"
#include "http/request.h"
#include "promotions/manager/campaign_manager.h"

namespace promotions {

// Thread-safe.
class PublicEndpoints {
 public:
  // `base_path`: for `Location`.
  PublicEndpoints(CampaignManager& campaigns, const Clock& clock, int sign_ups_per_minute,
                  std::string base_path)
      : campaigns_(campaigns),
        base_path_(std::move(base_path)),
        sign_ups_(clock, sign_ups_per_minute) {}

  Answer add_subscriber(const Request& request);
  Answer verify_subscriber(const Request& request);   // GET
  Answer confirm_subscriber(const Request& request);  // POST
  Answer finish_campaign(const Request& request);     // GET and POST

 private:
  Answer verify(const std::string& token);

  CampaignManager& campaigns_;
  const std::string base_path_;
  Limiter sign_ups_;
};

}  // namespace promotions
