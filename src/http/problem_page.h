// Which page tells people of a problem that has none of its own. Private to http.
#pragma once

#include <string_view>

#include "promotions/render/page_renderer.h"

namespace promotions {

// By the problem's code; one that is not in the table, by its status. The pages take no context but
// `status`.
Page page_for(std::string_view code, int status);

}  // namespace promotions
