// Which methods HTTP has. Private to http.
#pragma once

#include <string_view>

namespace promotions {

// One of IANA's registry (RFC 9110 §16.1.1), whether or not it is served here.
bool is_http_method(std::string_view method);

}  // namespace promotions
