// Content negotiation (RFC 9110 §12.5). Private to http.
#pragma once

#include <string_view>

namespace promotions {

// Is text/html wanted more than application/json? A tie is JSON's.
bool prefers_html(std::string_view accept);

// "es" or "en", whichever Accept-Language likes better; "es" if neither is named.
std::string_view preferred_locale(std::string_view accept_language);

}  // namespace promotions
