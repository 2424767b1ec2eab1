#include "promotions/base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>
#include <mutex>

#include "promotions/base/json.h"

namespace promotions::logs {
namespace {

// Writes the message as a JSON string, where the pattern below says `%*`.
class JsonMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& /*time*/,
              spdlog::memory_buf_t& out) override {
    const std::string_view text(message.payload.data(), message.payload.size());
    const std::string json = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    out.append(json.data(), json.data() + json.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<JsonMessage>();
  }
};

// Writes to stderr. spdlog's own sink for stderr makes a system call for each line; this one keeps
// routine lines until there are enough. base_sink locks its mutex around sink_it_() and flush_().
class StderrSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  ~StderrSink() override { write_out(); }

 private:
  static constexpr std::size_t kEnough = 16 * 1024;  // bytes worth a system call

  void sink_it_(const spdlog::details::log_msg& message) override {
    formatter_->format(message, lines_);
    // Only logs::routine() sets a source. All other lines go out at once, after the buffered ones.
    if (message.source.empty() || lines_.size() >= kEnough) write_out();
  }

  void flush_() override { write_out(); }

  // Lines that cannot be written are dropped: there is nowhere to report it.
  void write_out() noexcept {
    std::string_view rest(lines_.data(), lines_.size());
    while (!rest.empty()) {
      const ssize_t count = ::write(STDERR_FILENO, rest.data(), rest.size());
      if (count < 0 && errno != EINTR) break;
      rest.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
    lines_.clear();
  }

  spdlog::memory_buf_t lines_;
};

// flush_every() starts a thread, which inherits this thread's signal mask. It must take no signals,
// because those of the process are for the thread that waits for them.
void flush_every_second() {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  spdlog::flush_every(std::chrono::seconds(1));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

void configure(std::string_view level, Format format) {
  auto logger = std::make_shared<spdlog::logger>("promotions", std::make_shared<StderrSink>());
  logger->set_level(spdlog::level::from_str(std::string(level)));
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  if (format == Format::json) {
    formatter->add_flag<JsonMessage>('*').set_pattern(
        R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%*})");
  } else {
    formatter->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v");
  }
  logger->set_formatter(std::move(formatter));
  spdlog::set_default_logger(std::move(logger));
  flush_every_second();
}

void flush() {
  spdlog::default_logger_raw()->flush();
}

}  // namespace promotions::logs
