#include "storage/wiped_pages.h"

#include <algorithm>
#include <array>
#include <vector>

#include "support/catch.h"

using namespace promotions;

namespace {

constexpr std::size_t kSize = 4096;
constexpr std::int64_t kSecond = 4096;  // where the second page begins

// Ones all over, but for the header: `cells` pointers, cells from `content` on.
std::vector<unsigned char> page(unsigned char type, unsigned cells, unsigned content,
                                std::size_t header = 0) {
  std::vector<unsigned char> bytes(kSize, 1);
  const auto put = [&](std::size_t at, unsigned value) {
    bytes[header + at] = static_cast<unsigned char>(value >> 8U);
    bytes[header + at + 1] = static_cast<unsigned char>(value & 0xFFU);
  };
  bytes[header] = type;
  put(3, cells);
  put(5, content);
  return bytes;
}

// Where the zeros begin and end; both 0 if the page is as it was.
std::pair<std::size_t, std::size_t> wiped(std::vector<unsigned char> bytes, std::int64_t offset) {
  const std::vector<unsigned char> before = bytes;
  wipe_unallocated(bytes, offset);
  if (bytes == before) return {0, 0};
  const auto first = std::mismatch(bytes.begin(), bytes.end(), before.begin()).first;
  const auto last = std::mismatch(bytes.rbegin(), bytes.rend(), before.rbegin()).first;
  CHECK(std::all_of(first, last.base(), [](unsigned char byte) { return byte == 0; }));
  return {first - bytes.begin(), last.base() - bytes.begin()};
}

using Range = std::pair<std::size_t, std::size_t>;

}  // namespace

TEST_CASE("wiped pages: what is between the cell pointers and the cells becomes zero",
          "[storage]") {
  CHECK(wiped(page(13, 10, 3000), kSecond) == Range{8 + 20, 3000});
  CHECK(wiped(page(10, 10, 3000), kSecond) == Range{8 + 20, 3000});
  CHECK(wiped(page(5, 10, 3000), kSecond) == Range{12 + 20, 3000});
  CHECK(wiped(page(2, 10, 3000), kSecond) == Range{12 + 20, 3000});
  CHECK(wiped(page(13, 0, 4096), kSecond) == Range{8, 4096});
  CHECK(wiped(page(13, 10, 3000, 100), 0) == Range{108 + 20, 3000});
}

TEST_CASE("wiped pages: what is no b-tree page, or makes no sense, is left alone", "[storage]") {
  CHECK(wiped(page(0, 10, 3000), kSecond) == Range{0, 0});  // overflow, freelist
  CHECK(wiped(page(1, 10, 3000), kSecond) == Range{0, 0});
  CHECK(wiped(page(13, 10, 28), kSecond) == Range{0, 0});    // no unallocated space
  CHECK(wiped(page(13, 10, 20), kSecond) == Range{0, 0});    // overlapping
  CHECK(wiped(page(13, 10, 5000), kSecond) == Range{0, 0});  // beyond the page
  CHECK(wiped(page(13, 10, 0), kSecond) == Range{0, 0});     // 65 536
}
