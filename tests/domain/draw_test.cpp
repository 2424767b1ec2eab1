#include "promotions/domain/draw.h"

#include <algorithm>
#include <map>
#include <random>

#include "promotions/base/encoding.h"
#include "support/catch.h"

using namespace promotions;

namespace {

using Indices = std::vector<std::uint64_t>;

// Any seed.
constexpr Seed kSeed{0x5f, 0xad, 0x85, 0x84, 0x18, 0x9c, 0xfc, 0x89, 0xa2, 0x0b, 0x26,
                     0xee, 0xed, 0x0d, 0x6c, 0x15, 0x0f, 0x1b, 0x77, 0x42, 0x34, 0xfa,
                     0x4b, 0x24, 0xfa, 0x5f, 0xfc, 0x57, 0x5b, 0xe3, 0x69, 0xe0};

Seed numbered_seed(std::uint64_t number) {
  std::mt19937_64 random(number);
  Seed seed{};
  for (unsigned char& byte : seed) byte = static_cast<unsigned char>(random());
  return seed;
}

double chi_square(const std::map<Indices, int>& observed, std::size_t categories, int trials) {
  const double expected = trials / static_cast<double>(categories);
  double sum = static_cast<double>(categories - observed.size()) * expected;
  for (const auto& [indices, count] : observed) {
    sum += (count - expected) * (count - expected) / expected;
  }
  return sum;
}

}  // namespace

TEST_CASE("draw: agrees with a second implementation", "[domain]") {
  // Computed with Python's hashlib. The entrants of 2^62 · 3 and 2^63 + 1 make it skip values that
  // would favour the low indices; powers of two skip none.
  CHECK(choose_indices(kSeed, 3, 3) == Indices{2, 0, 1});
  CHECK(choose_indices(kSeed, 1000, 5) == Indices{711, 547, 454, 825, 857});
  CHECK(choose_indices(kSeed, 1024, 5) == Indices{543, 579, 582, 233, 841});
  CHECK(choose_indices(kSeed, 10, 10) == Indices{1, 7, 4, 5, 9, 2, 8, 3, 6, 0});
  CHECK(choose_indices(kSeed, std::uint64_t{3} << 62U, 8) ==
        Indices{1098133618754567711U, 9688824194758484547U, 2984568390774864454U,
                7076979785923438825U, 12606199020636074919U, 3359011641776723447U,
                6655537246669856192U, 124684514315023417U});
  CHECK(choose_indices(kSeed, (std::uint64_t{1} << 63U) + 1, 6) ==
        Indices{1098133618754567711U, 2984568390774864454U, 7076979785923438825U,
                3359011641776723447U, 6655537246669856192U, 124684514315023417U});
  CHECK(choose_indices(kSeed, std::uint64_t{1} << 63U, 3) ==
        Indices{1098133618754567711U, 465452157903708739U, 2984568390774864454U});
  CHECK(choose_indices(kSeed, ~std::uint64_t{0}, 3) ==
        Indices{1098133618754567711U, 9688824194758484547U, 2984568390774864454U});
}

TEST_CASE("draw: nobody from none, the only one from one", "[domain]") {
  CHECK(choose_indices(kSeed, 0, 5).empty());
  CHECK(choose_indices(kSeed, 5, 0).empty());
  CHECK(choose_indices(kSeed, 0, 0).empty());
  CHECK(choose_indices(kSeed, 1, 1) == Indices{0});
  CHECK(choose_indices(kSeed, 1, 100) == Indices{0});
}

TEST_CASE("draw: more prizes than entrants draws every entrant once", "[domain]") {
  for (const std::uint64_t entrants : {1U, 2U, 3U, 4U, 7U, 8U, 64U, 65U, 100U}) {
    Indices drawn = choose_indices(kSeed, entrants, 1'000'000'000'000);
    std::sort(drawn.begin(), drawn.end());
    Indices all(entrants);
    for (std::uint64_t i = 0; i < entrants; ++i) all[i] = i;
    CHECK(drawn == all);
  }
}

TEST_CASE("draw: a longer draw begins with the shorter one", "[domain]") {
  constexpr std::uint64_t entrants = 5'000;  // both ways to remember what was drawn are crossed
  const Indices longest = choose_indices(kSeed, entrants, 300);
  for (std::uint64_t count = 0; count <= 300; ++count) {
    const Indices shorter = choose_indices(kSeed, entrants, count);
    REQUIRE(shorter.size() == count);
    CHECK(std::equal(shorter.begin(), shorter.end(), longest.begin()));
  }
}

TEST_CASE("draw: ends soon even when it draws all of a hundred thousand", "[domain]") {
  Indices drawn = choose_indices(kSeed, 100'000, 100'000);
  std::sort(drawn.begin(), drawn.end());
  CHECK(std::adjacent_find(drawn.begin(), drawn.end()) == drawn.end());
  CHECK(drawn.size() == 100'000);
  CHECK(drawn.back() == 99'999);
}

// Seeds are fixed, so these pass always or never. A fair draw exceeds the bounds for one choice of
// seeds in a million (the chi-square quantiles at 1 - 1e-6).
TEST_CASE("draw: every entrant is as likely to win", "[domain]") {
  constexpr int trials = 20'000;
  std::map<Indices, int> first;
  for (int i = 0; i < trials; ++i) {
    ++first[choose_indices(numbered_seed(static_cast<std::uint64_t>(i)), 100, 1)];
  }
  CHECK(chi_square(first, 100, trials) < 180.8);  // 99 degrees of freedom
}

TEST_CASE("draw: every order of the winners is as likely", "[domain]") {
  constexpr int trials = 24'000;
  std::map<Indices, int> orders;
  for (int i = 0; i < trials; ++i) {
    ++orders[choose_indices(numbered_seed(static_cast<std::uint64_t>(i)), 4, 4)];
  }
  CHECK(chi_square(orders, 24, trials) < 70.5);  // 23 degrees of freedom
}

// The published method on seeds that only a counter tells apart. Bounds: the quantiles at 1 - 1e-6
// of the chi-square distribution with one degree of freedom less than entrants, by integrating its
// density numerically.
TEST_CASE("draw: over a million draws every entrant wins each position as often", "[domain]") {
  struct Row {
    std::uint64_t entrants;
    double bound;
  };
  constexpr int trials = 500'000;
  constexpr std::uint64_t positions = 2;
  for (const Row& row : {Row{16, 56.49}, Row{10, 44.81}}) {
    std::array<std::vector<int>, positions> wins;
    wins.fill(std::vector<int>(row.entrants));
    Seed seed{};
    for (std::uint32_t i = 0; i < trials; ++i) {
      for (unsigned byte = 0; byte < 4; ++byte) {
        seed[byte] = static_cast<unsigned char>(i >> (8 * byte));
      }
      const Indices drawn = choose_indices(seed, row.entrants, positions);
      for (std::size_t position = 0; position < positions; ++position) {
        ++wins[position][drawn[position]];
      }
    }
    const double expected = trials / static_cast<double>(row.entrants);
    for (const std::vector<int>& counts : wins) {
      double sum = 0;
      for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
      CAPTURE(row.entrants, sum);
      CHECK(sum < row.bound);
    }
  }
}

TEST_CASE("draw: the published commitment", "[domain]") {
  Secret secret{};
  secret.fill(0xAA);
  CHECK(to_hex(commitment_of(secret)) ==
        "e0e77a507412b120f6ede61f62295b1a7b2ff19d3dcc8f7253e51663470c888e");
}

TEST_CASE("draw: another seal, secret or value gives another seed", "[domain]") {
  const Hash seal{1};
  const Secret secret{2};
  const Seed seed = draw_seed(seal, secret, "48501");
  CHECK(draw_seed(seal, secret, "48501") == seed);
  CHECK(draw_seed(Hash{2}, secret, "48501") != seed);
  CHECK(draw_seed(seal, Secret{3}, "48501") != seed);
  CHECK(draw_seed(seal, secret, "48502") != seed);
}
