// The signals that a server handles: SIGTERM and SIGINT end it, SIGHUP does not. Private to cli.
#pragma once

#include <csignal>
#include <thread>

namespace promotions {

// Blocks these signals from its construction on, so that only wait() and a second signal act on
// them, and ignores SIGPIPE. Must be made before any thread, because threads inherit which signals
// are blocked.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Returns at the first signal that ends a server. A second one within a second counts as the same
  // one: supervisors send it to the process and to its group. A later one ends the process at once,
  // as it would by default.
  void wait();

 private:
  void watch();

  sigset_t signals_{};
  int done_ = -1;        // an eventfd that tells the watcher to end
  std::thread watcher_;  // runs from wait() on, and looks for a second signal
};

}  // namespace promotions
