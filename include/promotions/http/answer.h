// What a handler answers. Whether it goes out as JSON or as a page is decided later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
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

// A page that says the same as the JSON of an answer.
struct PageView {
  Page page = Page::error;
  Json context = Json::object();
  // The origins that may show the page in a frame; absent: nobody may, and old browsers are told so
  // in their way, too.
  std::optional<std::vector<std::string>> framed_by{};
};

// Makes a page, but only if one is wanted. Copyable, and owns what it needs: `make` runs later, on
// another thread.
struct MakePage {
  std::optional<Locale> readers{};         // the language that the reader chose, if it is known
  std::optional<Locale> campaigns{};       // used if the browser asks for none of our languages
  std::function<PageView(Locale)> make{};  // none: the page for the problem's code, page_for()
};

// How long browsers and proxies may keep an answer.
enum class Caching {
  hour,
  forever,  // a year: another content has another address
};

// A body that is served as it is, and may be cached.
struct Asset {
  std::string_view media_type;
  std::string_view bytes;
  Caching caching = Caching::hour;
  // Keeps type and bytes alive until they are sent; null: they live as long as the server.
  std::shared_ptr<const void> owner{};
  bool is_for_other_sites = false;  // their pages may load it
};

// How much a block should hold. The server keeps one block for each client that does not read.
inline constexpr std::size_t kBlockBytes = 64 * 1024;

// Makes the next block of a body, in order; never an empty one. Called on a worker, for one block
// at a time. Between two calls a client may take as long as it likes, so each call opens and closes
// what it needs, such as a transaction. An exception is logged and ends the connection. The source
// is destroyed on any thread, when all blocks are made or nobody waits for more, and always before
// the server has stopped.
using BlockSource = MoveOnlyFunction<std::string()>;

// A body that is made while it is sent, so that it is never whole in memory.
struct StreamedBody {
  std::string_view media_type;  // lives as long as the server
  std::uint64_t size = 0;       // bytes that `next` makes in all; the head announces them
  BlockSource next;
};

struct Answer {
  int status = 200;
  // monostate: no body
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
