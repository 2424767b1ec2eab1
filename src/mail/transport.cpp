#include "promotions/mail/transport.h"

namespace promotions {

std::string_view to_text(DeliveryClass outcome) {
  switch (outcome) {
    case DeliveryClass::delivered:
      return "delivered";
    case DeliveryClass::temporary:
      return "temporary";
    case DeliveryClass::permanent:
      return "permanent";
    case DeliveryClass::cut_off:
      return "cut_off";
    case DeliveryClass::in_doubt:
      return "in_doubt";
    case DeliveryClass::lane_trouble:
      return "lane_trouble";
    case DeliveryClass::crowded:
      return "crowded";
    case DeliveryClass::auth_refused:
      return "auth_refused";
    case DeliveryClass::refused_us:
      return "refused_us";
    case DeliveryClass::refused_unclear:
      return "refused_unclear";
    case DeliveryClass::deferred_us:
      return "deferred_us";
  }
  return "unknown";
}

}  // namespace promotions
