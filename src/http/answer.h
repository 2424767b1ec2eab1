// What a handler answers, before it is decided whether as JSON or as a page. Private to http.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "http/problem.h"
#include "promotions/base/json.h"
#include "promotions/render/page_renderer.h"

namespace promotions {

// The page that says the same as the JSON does.
struct PageView {
  Page page = Page::error;
  std::string locale;  // empty: the reader's
  Json context = Json::object();
};

// Made only if it is asked for. Copyable, and holds what it needs.
using MakePage = std::function<PageView()>;

// A body that is served as it is, and may be cached.
struct Asset {
  std::string_view media_type;
  std::string_view bytes;  // lives as long as the server
};

struct Answer {
  int status = 200;
  std::variant<std::monostate, OrderedJson, Problem, Asset> body;  // monostate: none
  MakePage page{};
  std::vector<std::pair<std::string, std::string>> headers;
};

inline Answer ok(OrderedJson json, int status = 200) {
  return {status, std::move(json), {}, {}};
}

inline Answer refuse(Problem problem, MakePage page = {}) {
  const int status = status_of(problem.code);
  return {status, std::move(problem), std::move(page), {}};
}

inline Answer no_such_campaign() {
  return refuse({ProblemCode::campaign_not_found, "there is no such campaign"});
}

}  // namespace promotions
