// What of the queue an operator should know, read from outside.
#pragma once

#include <string>
#include <vector>

#include "promotions/storage/job_store.h"
#include "promotions/storage/lane_store.h"

namespace promotions {

struct QueueReport {
  bool paused = false;
  std::vector<LaneStatus> lanes;     // that do not work
  std::vector<DeadJobs> dead_mails;  // by kind
};

// On one snapshot of a connection of its own, whether a server runs or not. Empty where nothing can
// be read; what is wrong then is check_integrity()'s to say. Throws nothing. `mail_lane`: the name
// of the lane of mails.
QueueReport read_queue_report(const std::string& path, const std::string& mail_lane);

}  // namespace promotions
