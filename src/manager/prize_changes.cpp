#include "manager/prize_changes.h"

#include <algorithm>

#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

// An entrant who was erased has a row without an address.
bool is_gone(const Drawn& drawn) {
  return drawn.email.empty();
}

DrawEvent withdrawal_of(std::int64_t position) {
  DrawEvent event;
  event.position = position;
  event.kind = DrawEventKind::unreachable;
  event.reason = kWithdrawn;
  return event;
}

}  // namespace

PrizeChanges::PrizeChanges(Stores& stores, const Campaign& campaign, Time now, int mail_attempts)
    : stores_(stores),
      campaign_(campaign),
      now_(now),
      mail_attempts_(mail_attempts),
      drawn_(stores.draws.drawn(campaign.id)) {}

const Drawn* PrizeChanges::at(std::int64_t position) const {
  const auto found = std::find_if(drawn_.begin(), drawn_.end(),
                                  [&](const Drawn& one) { return one.position == position; });
  return found == drawn_.end() ? nullptr : &*found;
}

DrawEvent PrizeChanges::take_out(DrawEvent event) {
  DrawEvent added = add(std::move(event));
  for (auto heir = added.promoted; heir;) {
    const Drawn& one = *at(*heir);
    if (!is_gone(one)) {
      enqueue_mail(job_kinds::kWinner, one.subscriber_id, 0);
      break;
    }
    heir = add(withdrawal_of(*heir)).promoted;
  }
  return added;
}

void PrizeChanges::withdraw(std::int64_t subscriber_id) {
  const auto found = std::find_if(drawn_.begin(), drawn_.end(), [&](const Drawn& one) {
    return one.subscriber_id == subscriber_id;
  });
  if (found == drawn_.end()) return;
  if (after(state_of(*found), PrizeStep::passes_on)) take_out(withdrawal_of(found->position));
}

// Stores one event and mails the organiser if a prize was lost.
DrawEvent PrizeChanges::add(DrawEvent event) {
  const bool had_prize = has_prize(state_of(*at(event.position)));
  // Not before what it follows, though the clock was set back. The seal may be dated later than the
  // draw, then.
  const auto events = stores_.draws.events(campaign_.id);
  const Time former = events.empty() ? std::max(campaign_.finished_at.value_or(now_),
                                                campaign_.sealed_at.value_or(now_))
                                     : events.back().at;
  event.at = std::chrono::floor<std::chrono::seconds>(std::max(now_, former));  // as published
  event.promoted.reset();
  if (had_prize) {
    const auto heir = std::find_if(drawn_.begin(), drawn_.end(), [](const Drawn& one) {
      return after(state_of(one), PrizeStep::promoted).has_value();
    });
    if (heir != drawn_.end()) event.promoted = heir->position;
  }
  const std::int64_t number = stores_.draws.add_event(campaign_.id, event);
  drawn_ = stores_.draws.drawn(campaign_.id);
  if (had_prize) enqueue_mail(job_kinds::kAlternatePromoted, 0, number);
  return event;
}

void PrizeChanges::enqueue_mail(const JobKind& kind, std::int64_t subscriber_id,
                                std::int64_t argument) {
  stores_.jobs.enqueue(
      new_job(kind,
              {.campaign_id = campaign_.id, .subscriber_id = subscriber_id, .argument = argument},
              mail_attempts_),
      now_);
}

}  // namespace promotions
