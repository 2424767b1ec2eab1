// Values for tests that need some and do not care which.
#pragma once

#include <string>

#include "promotions/base/encoding.h"
#include "promotions/domain/campaign.h"
#include "promotions/domain/subscriber.h"

namespace promotions {

inline CampaignSettings sample_settings() {
  CampaignSettings settings;
  settings.name = "Sorteo de otoño";
  settings.admin_email = "organiser@example.org";
  return settings;
}

inline Subscriber sample_subscriber(std::int64_t campaign_id, const std::string& email, Time now) {
  Subscriber subscriber;
  subscriber.campaign_id = campaign_id;
  subscriber.email = email;
  subscriber.email_key = to_lower_ascii(email);
  subscriber.created_at = now;
  return subscriber;
}

}  // namespace promotions
