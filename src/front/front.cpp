#include "promotions/front/front.h"

#include <sys/resource.h>

#include <algorithm>
#include <thread>

#include "front/event_loop.h"
#include "front/listener.h"
#include "promotions/base/log.h"
#include "promotions/base/mutex.h"

namespace promotions {
namespace {

constexpr rlim_t kOtherDescriptors = 256;  // databases, mail connections, logs

// Raises the process's limit of open files as far as `connections` need it. Returns how many of
// them can be served while enough descriptors are left to the other parts of the program.
int make_room_for(int connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return connections;
  const rlim_t wanted = static_cast<rlim_t>(connections) + kOtherDescriptors;
  if (limit.rlim_cur >= wanted) return connections;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  if (limit.rlim_cur >= wanted) return connections;
  // Under a very low limit the connections get half of it rather than none.
  const rlim_t usable = limit.rlim_cur - std::min(kOtherDescriptors, limit.rlim_cur / 2);
  logs::warn("server.max_connections is {}, but {} open files allow {}; expected a limit of {}",
             connections, limit.rlim_cur, usable, wanted);
  return static_cast<int>(usable);
}

FrontOptions within_limits(FrontOptions options) {
  options.max_connections = make_room_for(options.max_connections);
  return options;
}

std::vector<Listener> open_listeners(const FrontOptions& options) {
  std::vector<Listener> listeners;
  if (!options.host.empty()) listeners.push_back(Listener::on_tcp(options.host, options.port));
  if (!options.control_path.empty()) listeners.push_back(Listener::on_unix(options.control_path));
  return listeners;
}

}  // namespace

class FrontCore {
 public:
  FrontCore(const FrontOptions& options, FrontHandlers handlers, std::vector<Listener> listeners)
      : options_(options),
        handlers_(std::move(handlers)),
        port_(!options.host.empty() ? listeners.front().port() : 0),
        loop_(
            options_, std::move(listeners), [this](Connection& c) { give_away(c); },
            handlers_.body_limit) {}

  int port() const { return port_; }
  void start();
  void stop(Millis grace);

  void send(Connection& connection, FramedAnswer answer);
  void send_later(Connection& connection, EventLoop::Compose compose);
  bool is_over() const { return is_over_.load(std::memory_order_relaxed); }

 private:
  void run_loop();
  void give_away(Connection& connection);
  void came_back();

  const FrontOptions options_;
  const FrontHandlers handlers_;
  const int port_;
  EventLoop loop_;
  std::atomic<bool> is_over_ = false;  // the loop has ended

  Mutex mutex_;  // held by start() and stop(); taken before away_mutex_
  std::thread loop_thread_ GUARDED_BY(mutex_);
  bool is_stopped_ GUARDED_BY(mutex_) = false;

  Mutex away_mutex_;
  ConditionVariable all_back_;
  int away_ GUARDED_BY(away_mutex_) = 0;  // connections given away to be answered
};

void FrontCore::start() {
  const MutexLock lock(mutex_);
  if (is_stopped_ || loop_thread_.joinable()) return;
  loop_thread_ = std::thread([this] { run_loop(); });
}

void FrontCore::stop(Millis grace) {
  const MutexLock lock(mutex_);
  if (std::exchange(is_stopped_, true)) return;
  loop_.stop(std::chrono::steady_clock::now() + grace);
  if (loop_thread_.joinable()) loop_thread_.join();
  is_over_ = true;  // so handlers that have not begun yet give up at once
  // Responders still hold pointers to connections, so none may be destroyed before all are back.
  MutexLock away_lock(away_mutex_);
  all_back_.wait(away_lock, [this]() REQUIRES(away_mutex_) { return away_ == 0; });
  loop_.end_all();
}

void FrontCore::run_loop() {
  try {
    loop_.run();
  } catch (const std::exception& error) {
    logs::error("the connection loop ended: {}", error.what());
  }
}

void FrontCore::give_away(Connection& connection) {
  {  // Counted before the handler runs, which may answer on another thread before it returns.
    const MutexLock lock(away_mutex_);
    ++away_;
  }
  Responder responder(*this, connection);
  connection.request.close |= loop_.is_stopping();
  try {
    if (auto more = std::exchange(connection.more, {})) {
      more(std::move(responder));
    } else {
      handlers_.handle(connection.request, std::move(responder));
    }
  } catch (const std::exception& error) {
    // The responder was destroyed or used, so the connection is back already: it must not be ended
    // here as well.
    logs::error("a request was not handled to its end: {}", error.what());
  }
}

// Nearly every answer fits into the socket's buffer, so sending it here saves the loop that work.
void FrontCore::send(Connection& connection, FramedAnswer answer) {
  connection.answer(std::move(answer));
  connection.transmit();        // the loop transmits again, and so sees whether it failed
  loop_.hand_back(connection);  // from here on the connection is the loop's
  came_back();
}

void FrontCore::send_later(Connection& connection, EventLoop::Compose compose) {
  loop_.hand_back(connection, std::move(compose));
  came_back();
}

void FrontCore::came_back() {
  // Notifies with the lock held: without it stop() could return, and this object be destroyed,
  // before the notification.
  const MutexLock lock(away_mutex_);
  if (--away_ == 0) all_back_.notify_all();
}

Responder::~Responder() {
  if (connection_ == nullptr) return;
  front_->send(*connection_, {.bytes = {}, .close = true});
}

void Responder::send(FramedAnswer answer) {
  front_->send(*std::exchange(connection_, nullptr), std::move(answer));
}

void Responder::send_later(MoveOnlyFunction<FramedAnswer()> compose) {
  front_->send_later(*std::exchange(connection_, nullptr), std::move(compose));
}

bool Responder::is_awaited() const {
  return !front_->is_over();
}

std::unique_ptr<Front> Front::listen(const FrontOptions& options, FrontHandlers handlers) {
  auto core = std::make_unique<FrontCore>(within_limits(options), std::move(handlers),
                                          open_listeners(options));
  return std::unique_ptr<Front>(new Front(std::move(core)));
}

Front::Front(std::unique_ptr<FrontCore> core) : core_(std::move(core)) {}

Front::~Front() {
  stop(Millis{0});
}

int Front::port() const {
  return core_->port();
}

void Front::start() {
  core_->start();
}

void Front::stop(Millis grace) {
  core_->stop(grace);
}

}  // namespace promotions
