// Deadlines of many connections, which are cheap to move later. Private to front.
#pragma once

#include <set>
#include <utility>

#include "front/connection.h"

namespace promotions {

// Most deadlines are replaced by a later one before they come. So the alarm of a connection stays
// where it is, and only when it goes off is the deadline looked at. It moves at once only if the
// new deadline is before it. Belongs to one thread.
class Alarms {
 public:
  void set_deadline(Connection& connection, SteadyTime deadline);
  void forget(Connection& connection);
  void clear() { alarms_.clear(); }

  // Returns when to call next_expired() again; kNever if there is nothing to wait for.
  SteadyTime next() const { return alarms_.empty() ? kNever : alarms_.begin()->first; }
  // Returns a connection whose deadline has come, and clears that deadline; nullptr if there is
  // none left.
  Connection* next_expired(SteadyTime now);

 private:
  std::set<std::pair<SteadyTime, Connection*>> alarms_;
};

}  // namespace promotions
