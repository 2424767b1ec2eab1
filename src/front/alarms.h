// Deadlines of many connections, cheap to move later. Of one thread.
#pragma once

#include <set>
#include <utility>

#include "front/connection.h"

namespace promotions {

// A deadline is mostly replaced by a later one before it comes. So an alarm stays where it is and
// looks at the deadline when it sounds; it moves only if the deadline comes before it.
class Alarms {
 public:
  void set_deadline(Connection& connection, SteadyTime deadline);
  void forget(Connection& connection);
  void clear() { alarms_.clear(); }

  // When to call next_expired() again; kNever if there is nothing to wait for.
  SteadyTime next() const { return alarms_.empty() ? kNever : alarms_.begin()->first; }
  // One whose deadline has come; it has none after that. nullptr when there is no more.
  Connection* next_expired(SteadyTime now);

 private:
  std::set<std::pair<SteadyTime, Connection*>> alarms_;
};

}  // namespace promotions
