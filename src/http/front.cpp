#include "promotions/http/front.h"

#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "http/event_loop.h"
#include "http/listener.h"
#include "http/worker_pool.h"
#include "promotions/base/log.h"

namespace promotions {
namespace {

constexpr rlim_t kOtherDescriptors = 256;  // databases, mail connections, logs

void raise_descriptor_limit(int connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = static_cast<rlim_t>(connections) + kOtherDescriptors;
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted) {
    logs::warn("the limit of open files is below what {} connections need; expected {}",
               connections, wanted);
  }
}

std::vector<Listener> open_listeners(const FrontOptions& options) {
  std::vector<Listener> listeners;
  if (!options.host.empty()) listeners.push_back(Listener::on_tcp(options.host, options.port));
  if (!options.control_path.empty()) listeners.push_back(Listener::on_unix(options.control_path));
  return listeners;
}

int worker_count(int wanted) {
  if (wanted > 0) return wanted;
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 64U));
}

}  // namespace

class FrontCore {
 public:
  FrontCore(const FrontOptions& options, FrontHandlers handlers, std::vector<Listener> listeners)
      : options_(options),
        handlers_(std::move(handlers)),
        port_(!options.host.empty() ? listeners.front().port() : 0),
        loop_(
            options_, std::move(listeners), [this](Connection& c) { hand_over(c); },
            handlers_.refuse) {}

  int port() const { return port_; }
  void start();
  void stop(Millis grace);

  void send(Connection& connection, FramedAnswer answer);
  void on_worker(MoveOnlyFunction<void()> task) { workers_->submit(std::move(task)); }
  bool is_over() const { return is_over_.load(std::memory_order_relaxed); }

 private:
  void run_loop();
  void hand_over(Connection& connection);
  void handle(Connection& connection);
  void came_back();

  const FrontOptions options_;
  const FrontHandlers handlers_;
  const int port_;
  EventLoop loop_;
  std::unique_ptr<WorkerPool> workers_;  // since start()
  std::atomic<bool> is_over_ = false;    // the loop has ended

  std::mutex mutex_;         // of start and stop
  std::thread loop_thread_;  // guarded by mutex_
  bool is_stopped_ = false;  // guarded by mutex_

  std::mutex away_mutex_;
  std::condition_variable all_back_;
  int away_ = 0;  // requests handed over; guarded by away_mutex_
};

void FrontCore::start() {
  const std::lock_guard lock(mutex_);
  if (is_stopped_ || workers_) return;
  workers_ = std::make_unique<WorkerPool>(worker_count(options_.workers));
  loop_thread_ = std::thread([this] { run_loop(); });
}

void FrontCore::stop(Millis grace) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(is_stopped_, true)) return;
  loop_.stop(std::chrono::steady_clock::now() + grace);
  if (loop_thread_.joinable()) loop_thread_.join();
  is_over_ = true;
  if (workers_) {
    std::unique_lock away_lock(away_mutex_);
    all_back_.wait(away_lock, [this] { return away_ == 0; });
    away_lock.unlock();
    workers_->stop();
  }
  loop_.close_listeners();
}

void FrontCore::run_loop() {
  try {
    loop_.run();
  } catch (const std::exception& error) {
    logs::error("the connection loop ended: {}", error.what());
  }
}

void FrontCore::hand_over(Connection& connection) {
  {
    const std::lock_guard lock(away_mutex_);
    ++away_;
  }
  workers_->submit([this, &connection] { handle(connection); });
}

void FrontCore::handle(Connection& connection) {
  Responder responder(*this, connection);
  if (is_over()) return;
  connection.request.close |= loop_.is_stopping();
  handlers_.handle(connection.request, std::move(responder));
}

// Trying to send at once saves the way through the loop for nearly every answer.
void FrontCore::send(Connection& connection, FramedAnswer answer) {
  connection.output = std::move(answer.bytes);
  connection.close_after_answer = connection.request.close || answer.close;
  connection.transmit();
  loop_.hand_back(connection);
  came_back();
}

void FrontCore::came_back() {
  const std::lock_guard lock(away_mutex_);
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
  Connection& connection = *std::exchange(connection_, nullptr);
  front_->on_worker([front = front_, &connection, compose = std::move(compose)]() mutable {
    Responder responder(*front, connection);
    responder.send(compose());
  });
}

bool Responder::is_awaited() const {
  return !front_->is_over();
}

std::unique_ptr<Front> Front::listen(const FrontOptions& options, FrontHandlers handlers) {
  raise_descriptor_limit(options.max_connections);
  auto core = std::make_unique<FrontCore>(options, std::move(handlers), open_listeners(options));
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
