// The token of a mailed link, whatever mail programs made of the link. Private to api.
#pragma once

#include <string>

#include "promotions/base/json.h"
#include "promotions/http/request.h"

namespace promotions {

// Of the body's "token" or else of the query's: the first that can be one
// (TokenSigner::recover()). If none can, the first as it was given, or an empty text: what is no
// token is refused by whoever is asked to believe it. Never throws MalformedParameter.
std::string link_token(const Request& request, const Json& body = Json::object());

}  // namespace promotions
