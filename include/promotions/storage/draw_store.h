// Draws: what the seal fixed, who was drawn, and what happened since.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/domain/beacon.h"
#include "promotions/domain/draw.h"
#include "promotions/domain/transcript.h"
#include "promotions/storage/job_store.h"

namespace promotions {

class DatabaseConnection;

struct Draw {
  std::int64_t entrants = 0;
  int winners = 0;
  int alternates = 0;
  std::optional<Hash> root;  // absent: drawn by a program that published nothing
  Time sealed_at;
  Beacon beacon;  // with its round
  std::int64_t excluded = 0;
  std::int64_t disqualified = 0;
  std::optional<std::string> value;  // of the beacon; absent, like the seed, before the draw
  std::optional<Seed> seed;
};

struct Drawn {
  int position = 0;  // 1, 2, 3, … in the order drawn, winners first
  bool winner = false;
  std::int64_t ticket = 0;
  std::int64_t subscriber_id = 0;
  std::int64_t entrant = 0;         // its index among the entrants
  std::optional<Time> claim_until;  // since it has a prize that must be claimed
  std::optional<Time> claimed_at;
  std::string email;                       // empty once erased
  std::optional<Time> notified_at;         // the winner's mail was taken
  std::optional<Time> unreachable_at;      // that mail will not be sent any more
  std::optional<JobEnding> unreachable;    // how its job ended then,
  std::string unreachable_reason;          // in the mail server's words,
  std::int64_t unreachable_job = 0;        // and which it was
  bool is_promoted = false;                // an alternate who got a prize
  std::optional<DrawEventKind> taken_out;  // the prize, or the turn, was taken back
};

// What has become of who was drawn.
enum class PrizeState {
  waiting,  // an alternate without a prize
  pending,  // the mail is on its way
  notified,
  unreachable,
  claimed,
  passed_on,  // to another, as it was not claimed
  disqualified,
};
std::string_view to_text(PrizeState state);
PrizeState state_of(const Drawn& drawn);

// One connection's view; not thread-safe. Functions that write are not const.
class DrawStore {
 public:
  explicit DrawStore(DatabaseConnection& connection) : connection_(connection) {}

  std::optional<Draw> find(std::int64_t campaign_id) const;
  std::vector<Drawn> drawn(std::int64_t campaign_id) const;  // by position
  std::optional<Drawn> drawn(std::int64_t campaign_id, std::int64_t subscriber_id) const;
  std::vector<DrawEvent> events(std::int64_t campaign_id) const;  // in their order

  void insert(std::int64_t campaign_id, const Draw& draw);  // but value and seed
  void set_result(std::int64_t campaign_id, std::string_view value, const Seed& seed);
  void insert_drawn(std::int64_t campaign_id, const Drawn& drawn);
  void set_claim_until(std::int64_t campaign_id, int position, Time until);
  // What became of the winner's mail: it was taken; will not be sent any more, as `drawn` says;
  // waits again, and nothing is known yet.
  void set_notified(std::int64_t campaign_id, int position, Time now);
  void set_unreachable(std::int64_t campaign_id, const Drawn& drawn);
  void clear_notice(std::int64_t campaign_id, int position);
  void set_claimed(std::int64_t campaign_id, int position, Time now);
  // Returns the number of the event: 1, 2, 3, …
  std::int64_t add_event(std::int64_t campaign_id, const DrawEvent& event);

  // Entrants up to this ticket have their mail that says that they were not drawn.
  std::int64_t told_until(std::int64_t campaign_id) const;
  void set_told_until(std::int64_t campaign_id, std::int64_t ticket);

 private:
  DatabaseConnection& connection_;
};

}  // namespace promotions
