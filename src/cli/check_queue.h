// What `check` says of the queue. Private to cli.
#pragma once

#include <string>
#include <vector>

namespace promotions {

struct QueueFinding {
  bool is_good = true;  // false: something is wrong, and no mail goes out until somebody acts
  std::string detail;
};

// Of the database at `path`, whether a server runs or not; empty: nothing is to be said.
std::vector<QueueFinding> check_queue(const std::string& path);

}  // namespace promotions
