#include "promotions/domain/subscriber.h"

namespace promotions {

std::string_view to_text(SubscriberState state) {
  return state == SubscriberState::verified ? "verified" : "pending";
}

std::optional<SubscriberState> parse_subscriber_state(std::string_view text) {
  if (text == "pending") return SubscriberState::pending;
  if (text == "verified") return SubscriberState::verified;
  return std::nullopt;
}

}  // namespace promotions
