// Pages of long lists by keyset: requests have `after` and `limit`, answers `items` and `next`.
// Private to api.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>

#include "promotions/http/body.h"
#include "promotions/http/request.h"

namespace promotions {

struct PageRequest {
  std::int64_t after = 0;  // the id of the last item that the client has; 0: none
  int limit = 100;         // items, at most kMaxPage
};

inline constexpr int kMaxPage = 1000;

// Reads `after` and `limit` from the query. Notes in `errors` what is wrong with them.
PageRequest read_page(const Request& request, FieldReader& errors);

// Reads a number that is all of `text`: not negative, leading zeros allowed. nullopt: it is none.
std::optional<std::int64_t> parse_id(std::string_view text);

// Returns the page as JSON. `next` is the `after` of the following page, or null if this page was
// not full.
template <typename Items, typename ToJson>
OrderedJson page_json(const Items& items, const PageRequest& page, ToJson&& item_to_json) {
  OrderedJson json = {{"items", OrderedJson::array()}, {"next", nullptr}};
  for (const auto& item : items) json["items"].push_back(item_to_json(item));
  if (items.size() == static_cast<std::size_t>(page.limit)) {
    json["next"] = std::to_string(items.back().id);
  }
  return json;
}

}  // namespace promotions
