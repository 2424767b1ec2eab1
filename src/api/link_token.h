// Finds the token of a mailed link, even if mail programs have altered the link. Pure. Private to
// api.
#pragma once

#include <string>

#include "promotions/base/json.h"
#include "promotions/http/request.h"

namespace promotions {

// Looks at each "token" of the body, or else of the query, and returns the first one that can be a
// token (TokenSigner::recover()). If none can, returns the first as it was given, or an empty text:
// the check of the token will refuse it. Never throws MalformedParameter.
std::string link_token(const Request& request, const Json& body = Json::object());

}  // namespace promotions
