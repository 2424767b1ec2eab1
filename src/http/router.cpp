#include "promotions/http/router.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace promotions {
namespace {

std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);  // the slash
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

// Matches one segment. Around the {name} there may be text: "{slug}.json", "image-{hash}".
bool match_segment(std::string_view wanted, std::string_view given,
                   std::map<std::string, std::string>& parameters) {
  const std::size_t open = wanted.find('{');
  if (open == std::string_view::npos) return wanted == given;
  const std::size_t close = wanted.find('}', open);
  const std::string_view before = wanted.substr(0, open);
  const std::string_view after = wanted.substr(close + 1);
  if (given.size() <= before.size() + after.size() || !given.starts_with(before) ||
      !given.ends_with(after)) {
    return false;
  }
  given.remove_prefix(before.size());
  given.remove_suffix(after.size());
  parameters.emplace(wanted.substr(open + 1, close - open - 1), given);
  return true;
}

std::optional<std::map<std::string, std::string>> match(std::string_view pattern,
                                                        std::string_view path) {
  std::map<std::string, std::string> parameters;
  while (pattern.starts_with('/') && path.starts_with('/')) {
    const std::string_view wanted = take_segment(pattern);
    const std::string_view given = take_segment(path);
    if (!match_segment(wanted, given, parameters)) return std::nullopt;
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parameters;
}

// Returns why `route` cannot be one more route of `path`; empty if it can.
std::string_view conflict(const Path& path, const Route& route) {
  if (path.audience != route.audience) return "is for others than the path's first route";
  if (path.pages != route.pages) return "answers with pages where the path's first route does not";
  if (Router::find(path, route.method) != nullptr) return "is there already";
  return {};
}

std::string allowed_by(const std::vector<std::string_view>& methods) {
  std::string allowed;
  for (const std::string_view method : methods) {
    allowed += method == "GET" ? "GET, HEAD" : std::string(method);
    allowed += ", ";
  }
  return allowed + "OPTIONS";
}

}  // namespace

Router::Router(std::vector<Route> routes) {
  for (Route& route : routes) {
    if (route.audience == Audience::admin && std::holds_alternative<SwiftHandler>(route.handler)) {
      throw std::logic_error("checking a password is not swift");
    }
    auto path = std::find_if(paths_.begin(), paths_.end(),
                             [&route](const Path& each) { return each.pattern == route.pattern; });
    if (path == paths_.end()) {
      path = paths_.insert(path, Path{route.pattern, route.audience, route.pages, {}, {}});
    } else if (const std::string_view reason = conflict(*path, route); !reason.empty()) {
      throw std::logic_error(
          std::string(route.method).append(" ").append(route.pattern).append(" ").append(reason));
    }
    path->routes.push_back(std::move(route));
  }
  // In a second loop: only now does paths_ grow no more, so literal_ may point into it.
  std::vector<std::string_view> all_methods;
  for (Path& path : paths_) {
    std::vector<std::string_view> methods;
    for (const Route& route : path.routes) {
      methods.push_back(route.method);
      if (std::find(all_methods.begin(), all_methods.end(), route.method) == all_methods.end()) {
        all_methods.push_back(route.method);
      }
    }
    path.allowed = allowed_by(methods);
    if (path.pattern.find('{') == std::string_view::npos) literal_.emplace(path.pattern, &path);
  }
  allowed_ = allowed_by(all_methods);
}

const Path* Router::find(std::string_view path,
                         std::map<std::string, std::string>& parameters) const {
  if (const auto found = literal_.find(path); found != literal_.end()) return found->second;
  for (const Path& candidate : paths_) {
    if (auto matched = match(candidate.pattern, path)) {
      parameters = std::move(*matched);
      return &candidate;
    }
  }
  return nullptr;
}

const Route* Router::find(const Path& path, std::string_view method) {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  const auto found = std::find_if(path.routes.begin(), path.routes.end(),
                                  [wanted](const Route& route) { return route.method == wanted; });
  return found != path.routes.end() ? &*found : nullptr;
}

}  // namespace promotions
