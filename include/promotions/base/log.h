// The program's log: one line an event, to stderr, in text or JSON. The one home of spdlog.
//
//   logs::info("job={} attempt={} sent", id, attempt);
//
// Thread-safe. Never log an address, a token or a password.
//
// What comes once for each request or job goes by routine(): these lines may be written up to a
// second later, many at a time. All others are written at once, and keep their place among them.
#pragma once

#include <spdlog/spdlog.h>

#include <string_view>

namespace promotions::logs {

using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;

// At the level info.
template <typename... Arguments>
void routine(spdlog::format_string_t<Arguments...> format, Arguments&&... arguments) {
  constexpr spdlog::source_loc is_routine{"", 1, "routine"};
  spdlog::log(is_routine, spdlog::level::info, format, std::forward<Arguments>(arguments)...);
}

enum class Format { text, json };

// `level` is one of trace, debug, info, warn, error, off.
void configure(std::string_view level, Format format);
void flush();

}  // namespace promotions::logs
