// The signals that a server heeds: SIGTERM and SIGINT end it, SIGHUP does not. Private to cli.
#pragma once

#include <csignal>
#include <thread>

namespace promotions {

// From its construction on these signals do nothing but what is said here, and SIGPIPE nothing at
// all. Made before any thread, because threads inherit which signals are blocked.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Returns with the first signal that ends a server. Another one within a second is taken for the
  // same: supervisors send it to the process and to its group. A later one ends the process at
  // once, as if it were not heeded.
  void wait();

 private:
  void watch();

  sigset_t signals_{};
  int done_ = -1;        // an eventfd: the watcher is to end
  std::thread watcher_;  // after wait()
};

}  // namespace promotions
