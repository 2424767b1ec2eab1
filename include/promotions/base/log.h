// The program's log: one line per event, to stderr, as text or JSON. The only header that includes
// spdlog.
//
//   logs::info("job={} attempt={} sent", id, attempt);
//
// Thread-safe. Never log an address, a token or a password.
//
// Use routine() for lines that come once per request or job: they are buffered for up to a second
// and written many at a time. All other lines are written at once, and the order of lines is kept.
#pragma once

#include <spdlog/spdlog.h>

#include <string_view>

namespace promotions::logs {

using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;

// Logs at the level info. The source location marks the line for the sink in log.cpp.
template <typename... Arguments>
void routine(spdlog::format_string_t<Arguments...> format, Arguments&&... arguments) {
  constexpr spdlog::source_loc is_routine{"", 1, "routine"};
  spdlog::log(is_routine, spdlog::level::info, format, std::forward<Arguments>(arguments)...);
}

enum class Format { text, json };

// `level` is one of trace, debug, info, warn, error, off. Replaces the logger, so call it while no
// other thread logs.
void configure(std::string_view level, Format format);
// Writes out what routine() has buffered.
void flush();

}  // namespace promotions::logs
