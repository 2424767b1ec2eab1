// The table of problems, and that the documentation has all of it.
#include "promotions/http/problem.h"

#include <fstream>
#include <iterator>

#include "support/catch.h"

using namespace promotions;

namespace {

constexpr int kProblems = static_cast<int>(ProblemCode::version_not_supported) + 1;

// The table of errors in docs/api.md, a line each.
std::vector<std::string> documented() {
  std::ifstream file(PROMOTIONS_SOURCE_DIR "/docs/api.md");
  std::vector<std::string> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| 4") || line.starts_with("| 5")) rows.push_back(line);
  }
  return rows;
}

}  // namespace

TEST_CASE("problem: docs/api.md names every code with its status", "[http]") {
  const auto rows = documented();
  REQUIRE(rows.size() > 10);
  for (int i = 0; i < kProblems; ++i) {
    const auto code = static_cast<ProblemCode>(i);
    const std::string text = '`' + std::string(to_text(code)) + '`';
    const std::string status = std::to_string(status_of(code));
    bool is_there = false;
    for (const std::string& row : rows) {
      const auto end = row.find(" | ");
      is_there = is_there || (row.find(status) < end && row.find(text) != std::string::npos);
    }
    CAPTURE(status, text);
    CHECK(is_there);
  }
}

TEST_CASE("problem: what a browser's owner can mend has a page of its own", "[http]") {
  CHECK(page_for(ProblemCode::uri_too_long) == Page::address_too_long);
  CHECK(page_for(ProblemCode::headers_too_large) == Page::browser_sends_too_much);
  CHECK(page_for(ProblemCode::not_implemented) == Page::not_known_here);
  CHECK(page_for(ProblemCode::version_not_supported) == Page::other_version);
  CHECK(page_for(ProblemCode::body_too_large) == Page::too_large);
  CHECK(page_for(ProblemCode::malformed_request) == Page::not_understood);
  CHECK(page_for(ProblemCode::internal_error) == Page::error);
}
