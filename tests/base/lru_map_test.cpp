#include "promotions/base/lru_map.h"

#include <cstdint>

#include "support/catch.h"

using namespace promotions;

namespace {

// Counts how often keys are looked at, and values read or copied: the work that a map does.
std::int64_t work = 0;

struct CountedHash {
  std::size_t operator()(int key) const {
    ++work;
    return static_cast<std::size_t>(key) * 0x9E3779B97F4A7C15U;
  }
};

struct CountedEqual {
  bool operator()(int a, int b) const {
    ++work;
    return a == b;
  }
};

}  // namespace

TEST_CASE("LRU map: what was longest out of use makes room", "[base]") {
  LruMap<int, int> map(3);
  for (int key = 1; key <= 3; ++key) map.find_or_add(key, 10 * key);
  REQUIRE(map.find(1));  // so that 2 was used before it
  CHECK(map.find_or_add(4, 40) == 40);
  CHECK(map.size() == 3);
  CHECK_FALSE(map.find(2));
  CHECK(*map.find(1) == 10);
  CHECK(*map.find(3) == 30);
  CHECK(map.find_or_add(4, 0) == 40);  // there is one already
}

TEST_CASE("LRU map: an erased entry is gone and its place free", "[base]") {
  LruMap<int, int> map(2);
  map.find_or_add(1, 10);
  map.find_or_add(2, 20);
  map.erase(1);
  map.erase(7);
  CHECK_FALSE(map.find(1));
  map.find_or_add(3, 30);
  CHECK(map.find(2));
  CHECK(map.find(3));
}

TEST_CASE("LRU map: a new key costs a full map no more than an empty one", "[base]") {
  constexpr int kCapacity = 50'000;
  constexpr int kMore = 10'000;
  LruMap<int, int, CountedHash, CountedEqual> map(kCapacity);
  for (int key = 0; key < kCapacity; ++key) map.find_or_add(key, key);
  work = 0;
  for (int key = kCapacity; key < kCapacity + kMore; ++key) map.find_or_add(key, key);
  CHECK(map.size() == kCapacity);
  CHECK(work < 20 * kMore);
}
