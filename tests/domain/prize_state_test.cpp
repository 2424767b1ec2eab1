#include "promotions/domain/prize_state.h"

#include <fstream>
#include <iterator>
#include <set>

#include "support/catch.h"

using namespace promotions;

namespace {

constexpr PrizeState kStates[] = {
    PrizeState::waiting, PrizeState::pending,   PrizeState::notified,    PrizeState::unreachable,
    PrizeState::claimed, PrizeState::passed_on, PrizeState::disqualified};
constexpr PrizeStep kSteps[] = {PrizeStep::promoted,     PrizeStep::told,   PrizeStep::not_told,
                                PrizeStep::mailed_again, PrizeStep::claims, PrizeStep::passes_on,
                                PrizeStep::disqualifies};

}  // namespace

TEST_CASE("prize states: each step leads to one state, and only where it is possible", "[domain]") {
  std::set<std::pair<PrizeState, PrizeStep>> seen;
  for (const PrizeTransition& one : prize_transitions()) {
    CAPTURE(to_text(one.from), to_text(one.step));
    CHECK(seen.insert({one.from, one.step}).second);
    CHECK(after(one.from, one.step) == one.to);
    CHECK(one.from != one.to);
  }
  for (const PrizeState state : kStates) {
    for (const PrizeStep step : kSteps) {
      if (!seen.contains({state, step})) CHECK_FALSE(after(state, step));
    }
  }
}

TEST_CASE("prize states: a prize is lost once, and only whoever has one claims or loses it",
          "[domain]") {
  for (const PrizeState state : kStates) {
    CAPTURE(to_text(state));
    const bool is_open = has_prize(state) && state != PrizeState::claimed;
    CHECK(after(state, PrizeStep::claims).has_value() == is_open);
    CHECK(after(state, PrizeStep::passes_on).has_value() == is_open);
    CHECK(after(state, PrizeStep::disqualifies).has_value() ==
          (has_prize(state) || state == PrizeState::waiting));
    CHECK(after(state, PrizeStep::promoted).has_value() == (state == PrizeState::waiting));
  }
}

TEST_CASE("prize states: the table of docs/draw.md is the one that the program follows",
          "[domain]") {
  std::ifstream file(PROMOTIONS_SOURCE_DIR "/docs/draw.md");
  const std::string docs(std::istreambuf_iterator<char>(file), {});
  for (const PrizeState state : kStates) {
    std::string row = "| `" + std::string(to_text(state)) + "` |";
    for (const PrizeStep step : kSteps) {
      const auto to = after(state, step);
      row += to ? " `" + std::string(to_text(*to)) + "` |" : " |";
    }
    CAPTURE(row);
    CHECK(docs.find(row) != std::string::npos);
  }
}
