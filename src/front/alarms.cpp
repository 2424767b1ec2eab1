#include "front/alarms.h"

namespace promotions {

void Alarms::set_deadline(Connection& connection, SteadyTime deadline) {
  connection.deadline = deadline;
  if (deadline >= connection.alarm) return;  // next_expired() moves the alarm once it is due
  alarms_.erase({connection.alarm, &connection});
  alarms_.emplace(deadline, &connection);
  connection.alarm = deadline;
}

void Alarms::forget(Connection& connection) {
  alarms_.erase({connection.alarm, &connection});
  connection.alarm = kNever;
}

Connection* Alarms::next_expired(SteadyTime now) {
  while (next() <= now) {
    Connection& connection = *alarms_.begin()->second;
    forget(connection);
    if (connection.deadline <= now) {
      connection.deadline = kNever;
      return &connection;
    }
    set_deadline(connection, connection.deadline);
  }
  return nullptr;
}

}  // namespace promotions
