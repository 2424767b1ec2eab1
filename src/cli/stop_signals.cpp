#include "cli/stop_signals.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>

#include "promotions/base/clock.h"
#include "promotions/base/log.h"

namespace promotions {
namespace {

constexpr Millis kSameSignal = std::chrono::seconds(1);  // see StopSignals::wait()

void say_what_hangup_does() {
  logs::warn("SIGHUP does nothing: the configuration is read at the start; restart to change it");
}

}  // namespace

StopSignals::StopSignals() : done_(::eventfd(0, EFD_CLOEXEC)) {
  sigemptyset(&signals_);
  for (const int one : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals_, one);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

StopSignals::~StopSignals() {
  if (watcher_.joinable()) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(done_, &one, sizeof one);
    watcher_.join();
  }
  ::close(done_);
}

void StopSignals::wait() {
  for (int number = 0; sigwait(&signals_, &number) != 0 || number == SIGHUP;) {
    say_what_hangup_does();
  }
  watcher_ = std::thread([this] { watch(); });
}

void StopSignals::watch() {
  const auto same_until = std::chrono::steady_clock::now() + kSameSignal;
  const int fd = ::signalfd(-1, &signals_, SFD_CLOEXEC);
  std::array<pollfd, 2> both{pollfd{fd, POLLIN, 0}, pollfd{done_, POLLIN, 0}};
  while (::poll(both.data(), both.size(), -1) >= 0 && both[1].revents == 0) {
    signalfd_siginfo info{};
    if (::read(fd, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) break;
    const int number = static_cast<int>(info.ssi_signo);
    if (number == SIGHUP) {
      say_what_hangup_does();
    } else if (std::chrono::steady_clock::now() >= same_until) {
      logs::warn("ended at once, by a second signal");
      logs::flush();
      // The default action, so that the supervisor sees which signal has ended the process.
      std::signal(number, SIG_DFL);
      sigset_t unblocked{};
      sigemptyset(&unblocked);
      sigaddset(&unblocked, number);
      pthread_sigmask(SIG_UNBLOCK, &unblocked, nullptr);
      ::raise(number);
    }
  }
  ::close(fd);
}

}  // namespace promotions
