// What the parts of SignUps hand to each other. Private to manager.
#pragma once

#include <cstdint>

#include "promotions/manager/sign_ups.h"

namespace promotions {

// A sign-up that the rules allow, before the database is asked.
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

// When the next mail to an address may go out.
struct SignUps::MailTurn {
  bool is_now = true;
  Time at;                              // when it may go out; now if is_now
  std::optional<Time> limited_until{};  // if it goes out now, the next one may not before this time
};

}  // namespace promotions
