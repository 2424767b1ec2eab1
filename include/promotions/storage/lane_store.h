// The state of each lane, as the dispatcher last stored it.
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
  stopped,  // after trouble that somebody must mend; it tries again all the same
};

std::string_view to_text(LaneState state);

struct LaneStatus {
  std::string name;
  LaneState state = LaneState::working;
  std::string reason;         // empty: none
  std::optional<Time> since;  // since when it has not been working
  std::optional<Time> until;  // when it tries again
  int sessions = 1;           // how many of its workers may run jobs at the same time
  friend bool operator==(const LaneStatus&, const LaneStatus&) = default;
};

// Works on a borrowed connection; not thread-safe. Functions that write are not const. For errors
// see Stores (storage.h).
class LaneStore {
 public:
  explicit LaneStore(DatabaseConnection& connection) : connection_(connection) {}

  std::vector<LaneStatus> all() const;  // by name
  void set(const LaneStatus& lane);
  // Marks all lanes as working, because somebody may have mended what made them rest or stop. A
  // lane that still meets trouble says so again.
  void set_all_working();

 private:
  DatabaseConnection& connection_;
};

}  // namespace promotions
