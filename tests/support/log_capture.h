// Keeps the program's log from the terminal and lets a test read it.
#pragma once

#include <spdlog/sinks/base_sink.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "promotions/base/log.h"
#include "support/event.h"

namespace promotions {

// Make it before the threads that log and let it go after them.
class LogCapture {
 public:
  LogCapture() : previous_(spdlog::default_logger()), sink_(std::make_shared<Sink>()) {
    auto logger = std::make_shared<spdlog::logger>("captured", sink_);
    logger->set_level(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
  }
  ~LogCapture() { spdlog::set_default_logger(previous_); }
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;

  void clear() { sink_->clear(); }
  bool has(const std::string& text) const { return count(text) > 0; }
  // The lines that hold `text`.
  int count(const std::string& text) const { return sink_->count(text); }
  std::string text() const { return sink_->text(); }
  // Waits until some line holds `text`; false after the deadline.
  [[nodiscard]] bool wait_for(const std::string& text) const {
    return sink_->written.wait_until([&] { return has(text); });
  }

 private:
  class Sink final : public spdlog::sinks::base_sink<std::mutex> {
   public:
    int count(const std::string& text) {
      const std::lock_guard lock(mutex_);
      return static_cast<int>(std::count_if(
          lines_.begin(), lines_.end(),
          [&](const std::string& line) { return line.find(text) != std::string::npos; }));
    }
    std::string text() {
      const std::lock_guard lock(mutex_);
      std::string text;
      for (const std::string& line : lines_) text += line + "\n";
      return text;
    }
    void clear() {
      const std::lock_guard lock(mutex_);
      lines_.clear();
    }
    Event written;

   private:
    void sink_it_(const spdlog::details::log_msg& message) override {
      lines_.emplace_back(message.payload.data(), message.payload.size());
      written.happen();
    }
    void flush_() override {}
    std::vector<std::string> lines_;  // guarded by mutex_
  };

  std::shared_ptr<spdlog::logger> previous_;
  std::shared_ptr<Sink> sink_;
};

}  // namespace promotions
