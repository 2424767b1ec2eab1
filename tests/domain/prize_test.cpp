#include "promotions/domain/prize.h"

#include "promotions/domain/transcript.h"
#include "support/catch.h"

using namespace promotions;

namespace {

const Locale kEs = Locale::of("es");
const Locale kEn = Locale::of("en");
const Locale kDe = Locale::of("de");

std::string name_at(const std::vector<Prize>& prizes, int place) {
  const Prize* prize = prize_at(prizes, place);
  return prize == nullptr ? "" : prize->name.plain;
}

DrawEvent passed_on(std::int64_t from, std::optional<std::int64_t> to) {
  DrawEvent event;
  event.position = from;
  event.promoted = to;
  return event;
}

}  // namespace

TEST_CASE("prizes: winners take them in order, `count` of each", "[domain]") {
  const std::vector<Prize> prizes{{{"Car"}, 1}, {{"Hamper"}, 2}, {{"Mug"}, 3}};
  CHECK(count_together(prizes) == 6);
  const std::vector<std::string> expected{"", "Car", "Hamper", "Hamper", "Mug", "Mug", "Mug", ""};
  for (int place = 0; place < 8; ++place) {
    CHECK(name_at(prizes, place) == expected[static_cast<std::size_t>(place)]);
  }
  CHECK(prize_at(prizes, -1) == nullptr);
  CHECK(prize_at({}, 1) == nullptr);
  CHECK(count_together({}) == 0);
}

TEST_CASE("prizes: counts of a false record never add up to its number of winners", "[domain]") {
  constexpr std::int64_t kMost = 9'007'199'254'740'991;  // that a record can hold
  CHECK(count_together({{{"a"}, kMost}, {{"b"}, kMost}}) > kMost);
  CHECK(count_together(std::vector<Prize>(5'000, {{"a"}, kMost})) > kMost);
}

TEST_CASE("prizes: one that passes on stays the one of its first winner", "[domain]") {
  CHECK(prize_place(2, {}) == 2);
  const std::vector<DrawEvent> events{passed_on(2, 4), passed_on(1, 5), passed_on(4, 6),
                                      passed_on(3, std::nullopt)};
  CHECK(prize_place(4, events) == 2);
  CHECK(prize_place(5, events) == 1);
  CHECK(prize_place(6, events) == 2);  // had it from 4, who had it from 2
  CHECK(prize_place(3, events) == 3);
}

TEST_CASE("translated texts: the reader's language, else the campaign's, else the first",
          "[domain]") {
  const TranslatedText text{"", {{"en", "Hamper"}, {"es", "Cesta"}, {"ca", "Panera"}}};
  CHECK(text.in(kEn, kEs) == "Hamper");
  CHECK(text.in(kDe, kEs) == "Cesta");
  CHECK(text.in(kDe, Locale::of("fr")) == "Panera");
  CHECK(TranslatedText{"80 €"}.in(kDe, kEs) == "80 €");
  CHECK(TranslatedText{}.in(kDe, kEs).empty());
  CHECK(TranslatedText{}.empty());
  CHECK_FALSE(text.empty());
}
