// Content negotiation (RFC 9110 §12.5). Pure. Private to http.
#pragma once

#include <optional>
#include <string_view>

#include "promotions/domain/locale.h"

namespace promotions {

// Returns whether Accept weighs text/html higher than application/json. In a tie JSON wins.
bool prefers_html(std::string_view accept);

// Returns the language of ours that Accept-Language weighs highest, the first of equals; nullopt if
// it names none of them.
std::optional<Locale> preferred_locale(std::string_view accept_language);

}  // namespace promotions
