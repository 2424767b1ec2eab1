#include "domain/json_text.h"

#include <algorithm>
#include <set>
#include <vector>

namespace promotions {
namespace {

constexpr int kMaxDepth = 16;
constexpr std::size_t kMaxExcerpt = 100;

// The position of the first escape like \u00E9 with a capital letter in its digits, or npos.
std::size_t capital_escape(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '\\') continue;
    ++i;  // the escaped character; after "\\" it must not start another escape
    if (text[i] != 'u') continue;
    const std::string_view digits = text.substr(i + 1, 4);
    if (std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'A' && c <= 'F'; })) {
      return i - 1;
    }
  }
  return std::string_view::npos;
}

// Watches the parser and stops it at the first field that an object has twice, because the parser
// itself would silently keep the last one. Also bounds the depth.
class FieldWatch {
 public:
  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    switch (event) {
      case Json::parse_event_t::object_start:
        fields_.emplace_back();
        break;
      case Json::parse_event_t::object_end:
        fields_.pop_back();
        break;
      case Json::parse_event_t::key:
        if (!fields_.back().insert(parsed.get<std::string>()).second) {
          throw Twice{json_excerpt(parsed)};
        }
        break;
      default:
        break;
    }
    if (depth > kMaxDepth) throw TooDeep{};
    return true;
  }

  struct Twice {
    std::string field;
  };
  struct TooDeep {};

 private:
  std::vector<std::set<std::string>> fields_;
};

}  // namespace

JsonReading read_json_object(std::string_view text) {
  if (text.empty() || text.front() != '{') return {{}, "does not begin with {"};
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (!text.ends_with('}')) return {{}, "does not end with } and at most one line end"};
  if (const auto at = capital_escape(text); at != std::string_view::npos) {
    return {{}, "byte " + std::to_string(at + 1) + " begins an escape in capital letters"};
  }
  FieldWatch watch;
  try {
    return {Json::parse(text, [&watch](int depth, Json::parse_event_t event,
                                       Json& parsed) { return watch(depth, event, parsed); }),
            ""};
  } catch (const Json::parse_error& error) {
    return {{}, "is not JSON at byte " + std::to_string(error.byte)};
  } catch (const Json::out_of_range&) {  // such as 1e999
    return {{}, "holds a number that is too large"};
  } catch (const FieldWatch::Twice& twice) {
    return {{}, "has the field " + twice.field + " twice"};
  } catch (const FieldWatch::TooDeep&) {
    return {{}, "is nested too deep"};
  }
}

std::optional<std::int64_t> whole_number(const Json& json) {
  if (!json.is_number_integer()) return std::nullopt;
  if (json.is_number_unsigned() &&
      json.get<std::uint64_t>() > static_cast<std::uint64_t>(kMaxWholeNumber)) {
    return std::nullopt;
  }
  const auto number = json.get<std::int64_t>();
  return number < 0 || number > kMaxWholeNumber ? std::nullopt : std::optional(number);
}

std::string json_excerpt(const Json& json) {
  if (json.is_object()) return "an object";
  if (json.is_array()) return "an array";
  // The quoted text may come from anywhere, so ill-formed UTF-8 is replaced.
  std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > kMaxExcerpt) text = text.substr(0, kMaxExcerpt) + "...";
  return text;
}

std::string field_excerpt(const std::string& name) {
  const bool plain = !name.empty() && name.size() <= kMaxExcerpt &&
                     std::all_of(name.begin(), name.end(),
                                 [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); });
  return plain ? name : json_excerpt(name);
}

}  // namespace promotions
