// Content negotiation (RFC 9110 §12.5). Private to http.
#pragma once

#include <optional>
#include <string_view>

#include "promotions/domain/locale.h"

namespace promotions {

// Is text/html wanted more than application/json? A tie is JSON's.
bool prefers_html(std::string_view accept);

// Which of our languages Accept-Language likes best, of equals the first; nullopt: it names none.
std::optional<Locale> preferred_locale(std::string_view accept_language);

}  // namespace promotions
