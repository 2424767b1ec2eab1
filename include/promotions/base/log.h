// The program's log: one line an event, to stderr, in text or JSON. The one home of spdlog.
//
//   logs::info("job={} attempt={} sent", id, attempt);
//
// Thread-safe. Never log an address, a token or a password; see masked_address().
#pragma once

#include <spdlog/spdlog.h>

#include <string_view>

namespace promotions::logs {

using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;

enum class Format { text, json };

// `level` is one of trace, debug, info, warn, error, off.
void configure(std::string_view level, Format format);
bool is_level(std::string_view level);

}  // namespace promotions::logs
