// Consents as a column. Private to storage.
#pragma once

#include <optional>
#include <string>

#include "promotions/domain/consent.h"

namespace promotions {

// NULL where there are none, as in nearly all rows.
inline std::optional<std::string> stored_or_null(const Consents& consents) {
  return consents.empty() ? std::nullopt : std::optional(to_stored(consents));
}

}  // namespace promotions
