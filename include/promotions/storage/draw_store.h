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

namespace promotions {

class SqliteConnection;

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
  std::string email;  // empty once erased
};

// One connection's view; not thread-safe. Functions that write are not const.
class DrawStore {
 public:
  explicit DrawStore(SqliteConnection& connection) : connection_(connection) {}

  std::optional<Draw> find(std::int64_t campaign_id) const;
  std::vector<Drawn> drawn(std::int64_t campaign_id) const;  // by position
  std::optional<Drawn> drawn(std::int64_t campaign_id, std::int64_t subscriber_id) const;
  std::vector<DrawEvent> events(std::int64_t campaign_id) const;  // in their order

  void insert(std::int64_t campaign_id, const Draw& draw);  // but value and seed
  void set_result(std::int64_t campaign_id, std::string_view value, const Seed& seed);
  void insert_drawn(std::int64_t campaign_id, const Drawn& drawn);
  void set_claim_until(std::int64_t campaign_id, int position, Time until);
  void set_claimed(std::int64_t campaign_id, int position, Time now);
  // Returns the number of the event: 1, 2, 3, …
  std::int64_t add_event(std::int64_t campaign_id, const DrawEvent& event);

  // Entrants up to this ticket have their mail that says that they were not drawn.
  std::int64_t told_until(std::int64_t campaign_id) const;
  void set_told_until(std::int64_t campaign_id, std::int64_t ticket);

 private:
  SqliteConnection& connection_;
};

}  // namespace promotions
