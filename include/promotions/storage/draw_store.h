// Draws: what the seal fixed, who was drawn, and what has happened to the prizes since.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/domain/beacon.h"
#include "promotions/domain/draw.h"
#include "promotions/domain/prize_state.h"
#include "promotions/domain/transcript.h"
#include "promotions/storage/job_store.h"

namespace promotions {

class DatabaseConnection;

// A sealed list, and the result once it is drawn.
struct Draw {
  std::int64_t entrants = 0;
  int winners = 0;
  int alternates = 0;
  std::optional<Hash> root;  // absent: an older program drew, and published nothing
  Hash terms{};              // of those in force, see TermsStore
  std::chrono::seconds draw_delay{0};
  Time sealed_at;
  Beacon beacon;                     // with its round
  std::int64_t excluded = 0;         // verified subscribers who are no entrants: by a rule,
  std::int64_t disqualified = 0;     // and by the organiser
  std::optional<BeaconAnswer> said;  // by the beacon; absent, like the seed, before the draw
  std::optional<Seed> seed;
};

// An entrant who was drawn, as a winner or as an alternate.
struct Drawn {
  int position = 0;  // 1, 2, 3, … in the order in which they were drawn, winners first
  bool winner = false;
  std::int64_t ticket = 0;
  std::int64_t subscriber_id = 0;
  std::int64_t entrant = 0;         // index among the entrants
  std::optional<Time> claim_until;  // end of the time to claim; absent: no time runs
  std::optional<Time> claimed_at;
  std::string email;                       // corrected, if it was; empty once erased
  std::optional<Time> notified_at;         // when the mail server took the winner's mail
  std::optional<Time> unreachable_at;      // since when that mail will not be sent any more,
  std::optional<JobEnding> unreachable;    // how its job ended,
  std::string unreachable_reason;          // the job's last error,
  std::int64_t unreachable_job = 0;        // and the job's id
  bool is_promoted = false;                // an alternate who got a prize
  std::optional<DrawEventKind> taken_out;  // why the prize, or the alternate's turn, was taken back
};

// What has become of an entrant who was drawn.
PrizeState state_of(const Drawn& drawn);

// Works on a borrowed connection; not thread-safe. Functions that write are not const. For errors
// see Stores (storage.h).
class DrawStore {
 public:
  explicit DrawStore(DatabaseConnection& connection) : connection_(connection) {}

  std::optional<Draw> find(std::int64_t campaign_id) const;
  std::vector<Drawn> drawn(std::int64_t campaign_id) const;  // by position
  std::optional<Drawn> drawn(std::int64_t campaign_id, std::int64_t subscriber_id) const;
  std::vector<DrawEvent> events(std::int64_t campaign_id) const;  // in their order

  // All fields but `said` and seed, which set_result() adds. The root must be there.
  void insert(std::int64_t campaign_id, const Draw& draw);
  void set_result(std::int64_t campaign_id, const BeaconAnswer& said, const Seed& seed);
  void insert_drawn(std::int64_t campaign_id, const Drawn& drawn);
  void set_claim_until(std::int64_t campaign_id, int position, Time until);
  // What became of the winner's mail: the mail server took it; or it will not be sent any more, for
  // the reason in `drawn`; or it waits again, and what was known of it is cleared.
  void set_notified(std::int64_t campaign_id, int position, Time now);
  void set_unreachable(std::int64_t campaign_id, const Drawn& drawn);
  void clear_notice(std::int64_t campaign_id, int position);
  // Where the winner is mailed from now on. The subscriber keeps the address of the sign-up, from
  // which the leaf is made.
  void correct_address(std::int64_t campaign_id, int position, std::string_view email);
  void forget_correction(std::int64_t campaign_id, std::int64_t subscriber_id);  // to erase it
  void set_claimed(std::int64_t campaign_id, int position, Time now);
  // Returns the number of the event: 1, 2, 3, …
  std::int64_t add_event(std::int64_t campaign_id, const DrawEvent& event);

  // Entrants up to this ticket have been sent the mail that says that they were not drawn.
  std::int64_t told_until(std::int64_t campaign_id) const;
  void set_told_until(std::int64_t campaign_id, std::int64_t ticket);

 private:
  DatabaseConnection& connection_;
};

}  // namespace promotions
