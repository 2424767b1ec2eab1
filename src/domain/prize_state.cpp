#include "promotions/domain/prize_state.h"

namespace promotions {
namespace {

using State = PrizeState;
using Step = PrizeStep;

constexpr PrizeTransition kTransitions[] = {
    {State::waiting, Step::promoted, State::pending},
    {State::waiting, Step::disqualifies, State::disqualified},

    {State::pending, Step::told, State::notified},
    {State::pending, Step::not_told, State::unreachable},
    {State::pending, Step::claims, State::claimed},  // the link may be used before we know of it
    {State::pending, Step::passes_on, State::passed_on},
    {State::pending, Step::disqualifies, State::disqualified},

    {State::notified, Step::claims, State::claimed},
    {State::notified, Step::passes_on, State::passed_on},
    {State::notified, Step::disqualifies, State::disqualified},

    {State::unreachable, Step::mailed_again, State::pending},
    {State::unreachable, Step::claims, State::claimed},  // the link came through all the same
    {State::unreachable, Step::passes_on, State::passed_on},
    {State::unreachable, Step::disqualifies, State::disqualified},

    {State::claimed, Step::disqualifies, State::disqualified},
};

}  // namespace

std::string_view to_text(PrizeState state) {
  switch (state) {
    case State::waiting:
      return "waiting";
    case State::pending:
      return "pending";
    case State::notified:
      return "notified";
    case State::unreachable:
      return "unreachable";
    case State::claimed:
      return "claimed";
    case State::passed_on:
      return "passed_on";
    case State::disqualified:
      return "disqualified";
  }
  return "";
}

std::string_view to_text(PrizeStep step) {
  switch (step) {
    case Step::promoted:
      return "promoted";
    case Step::told:
      return "told";
    case Step::not_told:
      return "not told";
    case Step::mailed_again:
      return "mailed again";
    case Step::claims:
      return "claims";
    case Step::passes_on:
      return "passes on";
    case Step::disqualifies:
      return "disqualified";
  }
  return "";
}

std::span<const PrizeTransition> prize_transitions() {
  return kTransitions;
}

std::optional<PrizeState> after(PrizeState state, PrizeStep step) {
  for (const PrizeTransition& one : kTransitions) {
    if (one.from == state && one.step == step) return one.to;
  }
  return std::nullopt;
}

bool has_prize(PrizeState state) {
  switch (state) {
    case State::pending:
    case State::notified:
    case State::unreachable:
    case State::claimed:
      return true;
    case State::waiting:
    case State::passed_on:
    case State::disqualified:
      break;
  }
  return false;
}

}  // namespace promotions
