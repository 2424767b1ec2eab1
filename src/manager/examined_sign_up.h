// A sign-up that the rules allow, before the database is asked. Private to manager.
#pragma once

#include <cstdint>

#include "promotions/manager/sign_ups.h"

namespace promotions {

struct SignUps::Examined {
  CampaignPtr campaign;
  Subscriber subscriber;
  std::uint64_t flow = 0;  // of the client, for the order of mails

  SignUpResult repeated(RepeatMail mail) const {
    return {.outcome = SignUpOutcome::already_registered,
            .campaign = campaign,
            .email = subscriber.email,
            .mail = mail};
  }
};

}  // namespace promotions
