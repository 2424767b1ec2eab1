// The methods of HTTP. Private to http.
#pragma once

#include <string_view>

namespace promotions {

// Whether the method is in IANA's registry (RFC 9110 §16.1.1), even if no route has it.
bool is_http_method(std::string_view method);

}  // namespace promotions
