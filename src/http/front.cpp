#include "promotions/http/front.h"

#include <sys/resource.h>

#include <algorithm>
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

}  // namespace

struct Front::Impl {
  Impl(const FrontOptions& front_options, FrontHandlers front_handlers,
       std::vector<Listener> listeners)
      : options(front_options),
        handlers(std::move(front_handlers)),
        port(!options.host.empty() ? listeners.front().port() : 0),
        loop(
            options, std::move(listeners), [this](Connection& c) { workers->submit(c); },
            handlers.refuse) {}

  void answer(Connection& connection);
  void run_loop();

  const FrontOptions options;
  const FrontHandlers handlers;
  const int port;
  EventLoop loop;
  std::unique_ptr<WorkerPool> workers;  // before `loop` ends, after it began
  std::mutex mutex;                     // of start and stop
  std::thread loop_thread;              // guarded by mutex
  bool is_stopped = false;              // guarded by mutex
};

std::unique_ptr<Front> Front::listen(const FrontOptions& options, FrontHandlers handlers) {
  raise_descriptor_limit(options.max_connections);
  auto impl = std::make_unique<Impl>(options, std::move(handlers), open_listeners(options));
  return std::unique_ptr<Front>(new Front(std::move(impl)));
}

Front::Front(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Front::~Front() {
  stop(Millis{0});
}

int Front::port() const {
  return impl_->port;
}

void Front::start() {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->is_stopped || impl_->workers) return;
  Impl* const impl = impl_.get();
  impl->workers = std::make_unique<WorkerPool>(
      impl->options.workers, [impl](Connection& connection) { impl->answer(connection); });
  impl->loop_thread = std::thread([impl] { impl->run_loop(); });
}

void Front::stop(Millis grace) {
  const std::lock_guard lock(impl_->mutex);
  if (std::exchange(impl_->is_stopped, true)) return;
  impl_->loop.stop(std::chrono::steady_clock::now() + grace);
  if (impl_->loop_thread.joinable()) impl_->loop_thread.join();
  if (impl_->workers) impl_->workers->stop();
  impl_->loop.close_listeners();
}

void Front::Impl::run_loop() {
  try {
    loop.run();
  } catch (const std::exception& error) {
    logs::error("the connection loop ended: {}", error.what());
  }
}

// On a worker. Trying to send at once saves the way through the loop for nearly every answer.
void Front::Impl::answer(Connection& connection) {
  try {
    connection.request.close |= loop.is_stopping();
    FramedAnswer answer = handlers.answer(connection.request);
    connection.output = std::move(answer.bytes);
    connection.close_after_answer = connection.request.close || answer.close;
    connection.transmit();
  } catch (const std::exception& error) {
    logs::error("a request was not answered: {}", error.what());
    connection.output = {};
    connection.close_after_answer = true;
  }
  loop.hand_back(connection);
}

}  // namespace promotions
