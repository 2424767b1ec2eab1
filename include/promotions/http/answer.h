// What a handler answers, before it is decided whether as JSON or as a page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "promotions/base/json.h"
#include "promotions/base/move_only_function.h"
#include "promotions/http/problem.h"
#include "promotions/render/page_renderer.h"

namespace promotions {

// The page that says the same as the JSON does.
struct PageView {
  Page page = Page::error;
  Json context = Json::object();
};

// Makes a page, only if it is asked for. Copyable, and holds what it needs.
struct MakePage {
  std::optional<Locale> readers{};  // the language that its reader chose, where that is known
  std::optional<Locale>
      campaigns{};  // what it is in where the browser asks for no language of ours
  std::function<PageView(Locale)> make{};  // none: the page of all problems of its kind
};

// A body that is served as it is, and may be cached.
struct Asset {
  std::string_view media_type;
  std::string_view bytes;  // lives as long as the server
};

// How much a block should hold: a client that does not read makes the server keep one.
inline constexpr std::size_t kBlockBytes = 64 * 1024;

// Makes the next block of a body, in order; never an empty one. Called on a worker, for one block
// at a time. Between two calls a client may take as long as it likes, so each call opens and closes
// what it needs. What it throws is logged and ends the connection. It is destroyed on any thread
// when all is made or nobody waits for the rest, and at the latest before the server has stopped.
using BlockSource = MoveOnlyFunction<std::string()>;

// A body that is made while it is sent, and so never whole in memory.
struct StreamedBody {
  std::string_view media_type;  // lives as long as the server
  std::uint64_t size = 0;       // bytes that `next` makes in all: they are announced before
  BlockSource next;
};

struct Answer {
  int status = 200;
  // monostate: none
  std::variant<std::monostate, OrderedJson, Problem, Asset, StreamedBody> body;
  MakePage page{};
  std::vector<std::pair<std::string, std::string>> headers;
};

inline Answer ok(OrderedJson json, int status = 200) {
  return {status, std::move(json), {}, {}};
}

inline Answer refuse(Problem problem, MakePage page = {}) {
  const int status = status_of(problem.code);
  auto headers = problem.headers;
  return {status, std::move(problem), std::move(page), std::move(headers)};
}

inline Answer no_such_campaign() {
  return refuse({ProblemCode::campaign_not_found, "there is no such campaign"});
}

}  // namespace promotions
