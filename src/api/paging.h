// Keyset pages: `after` and `limit` in, `items` and `next` out. Private to api.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>

#include "promotions/http/body.h"
#include "promotions/http/request.h"

namespace promotions {

struct PageRequest {
  std::int64_t after = 0;
  int limit = 100;
};

inline constexpr int kMaxPage = 1000;

// Notes what is wrong in `errors`.
PageRequest read_page(const Request& request, FieldReader& errors);

// A number without sign, leading zeros allowed, in the whole of `text`.
std::optional<std::int64_t> parse_id(std::string_view text);

// `next` is the cursor of the page after this one, or null if this one was not full.
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
