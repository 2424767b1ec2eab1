#include "api/paging.h"

namespace promotions {

std::optional<std::int64_t> parse_id(std::string_view text) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size() || id < 0) return std::nullopt;
  return id;
}

PageRequest read_page(const Request& request, FieldReader& errors) {
  PageRequest page;
  if (const auto after = request.query("after"); after && !after->empty()) {
    const auto id = parse_id(*after);
    if (id) {
      page.after = *id;
    } else {
      errors.wrong("after", "invalid", "must be the \"next\" of another page");
    }
  }
  if (const auto limit = request.query("limit")) {
    const auto number = parse_id(*limit);
    if (number && *number >= 1 && *number <= kMaxPage) {
      page.limit = static_cast<int>(*number);
    } else {
      errors.wrong("limit", "out_of_range", "must be 1 to 1000");
    }
  }
  return page;
}

}  // namespace promotions
