#include "promotions/storage/lane_store.h"

#include "storage/database_connection.h"

namespace promotions {
namespace {

constexpr char kAll[] =
    "SELECT name, state, reason, since, until, sessions FROM lanes ORDER BY name";
constexpr char kSet[] =
    "INSERT INTO lanes (name, state, reason, since, until, sessions)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (name) DO UPDATE SET state = excluded.state,"
    " reason = excluded.reason, since = excluded.since, until = excluded.until,"
    " sessions = excluded.sessions";

constexpr char kSetAllWorking[] =
    "UPDATE lanes SET state = 'working', reason = '', since = NULL, until = NULL"
    " WHERE state <> 'working'";

LaneState parse_lane_state(std::string_view text) {
  for (const LaneState state : {LaneState::resting, LaneState::stopped}) {
    if (to_text(state) == text) return state;
  }
  return LaneState::working;
}

}  // namespace

std::string_view to_text(LaneState state) {
  switch (state) {
    case LaneState::working:
      return "working";
    case LaneState::resting:
      return "resting";
    case LaneState::stopped:
      return "stopped";
  }
  return "";
}

std::vector<LaneStatus> LaneStore::all() const {
  std::vector<LaneStatus> lanes;
  Query query(connection_, kAll);
  while (query.step()) {
    lanes.push_back({query.text(0), parse_lane_state(query.text(1)), query.text(2),
                     query.optional_time(3), query.optional_time(4),
                     static_cast<int>(query.integer(5))});
  }
  return lanes;
}

void LaneStore::set(const LaneStatus& lane) {
  Query(connection_, kSet, lane.name, to_text(lane.state), lane.reason, lane.since, lane.until,
        lane.sessions)
      .run();
}

void LaneStore::set_all_working() {
  Query(connection_, kSetAllWorking).run();
}

}  // namespace promotions
