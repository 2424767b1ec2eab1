// A subscriber: one e-mail address that signed up in one campaign.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "promotions/base/clock.h"
#include "promotions/domain/consent.h"

namespace promotions {

enum class SubscriberState { pending, verified };

std::string_view to_text(SubscriberState state);
std::optional<SubscriberState> parse_subscriber_state(std::string_view text);

struct Subscriber {
  std::int64_t id = 0;
  std::int64_t campaign_id = 0;
  std::string email;        // EmailAddress::text(); empty after an erasure that follows the draw
  std::string email_key;    // key_of() in domain/campaign.h
  std::string data = "{}";  // a JSON object of strings, numbers and booleans, as given
  std::string locale;       // a tag of domain/locale; empty: the language of the campaign
  Consents consents;        // what `data` agrees to, by the form as it was then
  Time created_at;
  std::optional<Time> verified_at;
  std::string nonce;  // hexadecimal; makes the leaf of an entrant impossible to guess
  std::optional<std::string> disqualified;  // the reason, if it happened before the seal
  std::optional<std::int64_t> ticket;  // 1, 2, 3, … in the order of verification; never reused

  SubscriberState state() const {
    return verified_at ? SubscriberState::verified : SubscriberState::pending;
  }
};

}  // namespace promotions
