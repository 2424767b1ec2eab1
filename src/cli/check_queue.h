// What `check` reports about the queue. Private to cli.
#pragma once

#include <string>
#include <vector>

namespace promotions {

struct QueueFinding {
  bool is_good = true;  // false: no mail goes out until somebody does something
  std::string detail;
};

// Reads the database at `path`, whether a server runs or not. Empty: there is nothing to report.
std::vector<QueueFinding> check_queue(const std::string& path);

}  // namespace promotions
