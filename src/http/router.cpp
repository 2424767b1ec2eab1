#include "http/router.h"

#include <optional>

namespace promotions {
namespace {

std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);  // the slash
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

std::optional<std::map<std::string, std::string>> match(std::string_view pattern,
                                                        std::string_view path) {
  std::map<std::string, std::string> parameters;
  while (pattern.starts_with('/') && path.starts_with('/')) {
    const std::string_view wanted = take_segment(pattern);
    const std::string_view given = take_segment(path);
    if (wanted.starts_with('{')) {
      if (given.empty()) return std::nullopt;
      parameters.emplace(wanted.substr(1, wanted.size() - 2), given);
    } else if (wanted != given) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parameters;
}

}  // namespace

Router::Match Router::find(std::string_view method, std::string_view path) const {
  Match result;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes_) {
    auto parameters = match(route.pattern, path);
    if (!parameters) continue;
    result.sibling = &route;
    if (route.method == wanted) {
      result.route = &route;
      result.parameters = std::move(*parameters);
    }
    if (!result.allowed.empty()) result.allowed += ", ";
    result.allowed += route.method == "GET" ? "GET, HEAD" : std::string(route.method);
  }
  if (!result.allowed.empty()) result.allowed += ", OPTIONS";
  return result;
}

}  // namespace promotions
