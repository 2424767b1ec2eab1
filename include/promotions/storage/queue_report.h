// What an operator should know about the queue, read without asking the server.
#pragma once

#include <string>
#include <vector>

#include "promotions/storage/job_store.h"
#include "promotions/storage/lane_store.h"

namespace promotions {

struct QueueReport {
  bool paused = false;
  std::vector<LaneStatus> lanes;     // those that rest or are stopped
  std::vector<DeadJobs> dead_mails;  // by kind
};

// Reads one snapshot on a connection of its own, whether a server runs or not. `mail_lane` is the
// name of the mail lane. Returns an empty report if nothing can be read; check_integrity() says
// what is wrong then. Throws nothing.
QueueReport read_queue_report(const std::string& path, const std::string& mail_lane);

}  // namespace promotions
