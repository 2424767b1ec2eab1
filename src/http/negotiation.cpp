#include "http/negotiation.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

// Returns the weight of an element in thousandths, 0..1000, from its parameters (RFC 9110 §12.4.2).
int weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = parameters.substr(0, parameters.find(';'));
    parameters.remove_prefix(std::min(parameter.size() + 1, parameters.size()));
    const std::string_view trimmed = trim_ascii(parameter);
    if (trimmed.size() < 3 || (trimmed[0] != 'q' && trimmed[0] != 'Q') || trimmed[1] != '=')
      continue;
    double value = 0;
    const auto [end, error] =
        std::from_chars(trimmed.data() + 2, trimmed.data() + trimmed.size(), value);
    if (error != std::errc{} || !(value > 0)) return 0;  // also for "nan", which from_chars() reads
    return static_cast<int>(std::min(value, 1.0) * 1000);
  }
  return 1000;
}

// Calls `visit(name in lower case, weight)` for each element of a comma-separated list.
template <typename Visit>
void for_each_element(std::string_view list, Visit&& visit) {
  while (!list.empty()) {
    const std::string_view element = list.substr(0, list.find(','));
    list.remove_prefix(std::min(element.size() + 1, list.size()));
    const std::string_view name = element.substr(0, element.find(';'));
    const std::string_view parameters = element.substr(std::min(name.size() + 1, element.size()));
    visit(to_lower_ascii(trim_ascii(name)), weight_of(parameters));
  }
}

// The weight of one media type: that of the most specific range that covers it.
struct Preference {
  int specificity = -1;
  int weight = 0;
  void consider(int range_specificity, int range_weight) {
    if (range_specificity <= specificity) return;
    specificity = range_specificity;
    weight = range_weight;
  }
};

}  // namespace

bool prefers_html(std::string_view accept) {
  Preference html;
  Preference json;
  for_each_element(accept, [&](const std::string& range, int weight) {
    if (range == "*/*") {
      html.consider(0, weight);
      json.consider(0, weight);
    } else if (range == "text/*") {
      html.consider(1, weight);
    } else if (range == "application/*") {
      json.consider(1, weight);
    } else if (range == "text/html") {
      html.consider(2, weight);
    } else if (range == "application/json" || range == "application/problem+json") {
      json.consider(2, weight);
    }
  });
  return html.weight > json.weight;
}

std::optional<Locale> preferred_locale(std::string_view accept_language) {
  std::optional<Locale> preferred;
  int heaviest = 0;
  for_each_element(accept_language, [&](const std::string& range, int weight) {
    const auto locale = Locale::spoken(range);
    if (!locale || weight <= heaviest) return;
    preferred = locale;
    heaviest = weight;
  });
  return preferred;
}

}  // namespace promotions
