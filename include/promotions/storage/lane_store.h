// How lanes are doing, as their dispatcher last said.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/clock.h"

namespace promotions {

class DatabaseConnection;

enum class LaneState {
  working,
  resting,  // after trouble that passes by itself
  stopped,  // after trouble that somebody must mend; tries again all the same
};

std::string_view to_text(LaneState state);

struct LaneStatus {
  std::string name;
  LaneState state = LaneState::working;
  std::string reason;         // empty: none
  std::optional<Time> since;  // when it left off working
  std::optional<Time> until;  // when it tries again
  int sessions = 1;           // workers that may be at it
  friend bool operator==(const LaneStatus&, const LaneStatus&) = default;
};

// One connection's view; not thread-safe. Functions that write are not const.
class LaneStore {
 public:
  explicit LaneStore(DatabaseConnection& connection) : connection_(connection) {}

  std::vector<LaneStatus> all() const;  // by name
  void set(const LaneStatus& lane);
  // Somebody may have mended what lanes rest or stop for: each works, until it finds otherwise.
  void set_all_working();

 private:
  DatabaseConnection& connection_;
};

}  // namespace promotions
