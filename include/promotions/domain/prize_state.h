// What becomes of somebody who was drawn: one small state machine. docs/draw.md shows its table to
// people. All functions are pure and thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace promotions {

enum class PrizeState {
  waiting,       // an alternate without a prize
  pending,       // has a prize; the winner's mail is on its way
  notified,      // the mail server has taken that mail
  unreachable,   // it will not be sent any more
  claimed,       // the prize was accepted
  passed_on,     // the prize was not claimed in time, or whoever won it is gone
  disqualified,  // by the organiser
};
std::string_view to_text(PrizeState state);

enum class PrizeStep {
  promoted,      // a prize has become free, and goes to this alternate
  told,          // the mail server has taken the winner's mail
  not_told,      // the mail will not be sent any more
  mailed_again,  // the mail is to be sent once more
  claims,        // accepts the prize
  passes_on,     // the time to claim is over, or the winner has withdrawn
  disqualifies,  // the organiser says so
};
std::string_view to_text(PrizeStep step);

struct PrizeTransition {
  PrizeState from;
  PrizeStep step;
  PrizeState to;
};
std::span<const PrizeTransition> prize_transitions();  // all there are

// The state after a step; nullopt: the step is not possible in this state.
std::optional<PrizeState> after(PrizeState state, PrizeStep step);

// Does somebody in this state have a prize?
bool has_prize(PrizeState state);

}  // namespace promotions
