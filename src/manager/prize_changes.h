// Takes prizes back and passes them on, within the write of whoever does it. Private to manager.
#pragma once

#include <cstdint>
#include <vector>

#include "promotions/manager/job_kinds.h"
#include "promotions/storage/storage.h"

namespace promotions {

// The published reason if whoever won has withdrawn: fixed by the procedure of the draw, in every
// language.
inline constexpr char kWithdrawn[] = "withdrawn";

// The changes of one campaign's prizes that one write makes. Borrows what it is constructed with;
// `campaign` must be drawn.
class PrizeChanges {
 public:
  // `mail_attempts`: how often a mail is tried.
  PrizeChanges(Stores& stores, const Campaign& campaign, Time now, int mail_attempts);

  // Null if nobody was drawn at that position. Valid until the next change.
  const Drawn* at(std::int64_t position) const;

  // Takes `event.position` out, whose state must allow it (domain/prize_state.h): a prize goes to
  // the first alternate who waits, who is mailed, and the organiser is mailed. If that one has
  // withdrawn, the prize passes on at once. Returns the event with its time and who was promoted.
  DrawEvent take_out(DrawEvent event);

  // Follows the erasure of a subscriber who was drawn: a prize that is not claimed passes on.
  void withdraw(std::int64_t subscriber_id);

 private:
  DrawEvent add(DrawEvent event);
  void enqueue_mail(const JobKind& kind, std::int64_t subscriber_id, std::int64_t argument);

  Stores& stores_;
  const Campaign& campaign_;
  const Time now_;
  const int mail_attempts_;
  std::vector<Drawn> drawn_;
};

}  // namespace promotions
