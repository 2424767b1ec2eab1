// Draws: what was fixed when the list was stopped, and who was drawn.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/domain/draw.h"

namespace promotions {

class SqliteConnection;

// Stored in the transaction that stops the list; from then on the result is determined.
struct Draw {
  Seed seed{};
  std::int64_t entrants = 0;
  int winners = 0;
  int alternates = 0;
};

struct Drawn {
  int position = 0;  // 1, 2, 3, … in the order drawn, winners first
  bool winner = false;
  std::int64_t ticket = 0;
  std::int64_t subscriber_id = 0;
  std::string email;  // empty once erased
};

// One connection's view; not thread-safe. Functions that write are not const.
class DrawStore {
 public:
  explicit DrawStore(SqliteConnection& connection) : connection_(connection) {}

  std::optional<Draw> find(std::int64_t campaign_id) const;
  std::vector<Drawn> drawn(std::int64_t campaign_id) const;  // by position
  std::optional<Drawn> drawn(std::int64_t campaign_id, std::int64_t subscriber_id) const;

  void insert(std::int64_t campaign_id, const Draw& draw);
  void insert_drawn(std::int64_t campaign_id, const Drawn& drawn);

 private:
  SqliteConnection& connection_;
};

}  // namespace promotions
