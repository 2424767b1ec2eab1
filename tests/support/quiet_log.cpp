// Tests print warnings only: what they do on purpose need not be read. LogCapture sees all the
// same.
#include <spdlog/spdlog.h>

namespace {

[[maybe_unused]] const bool is_quiet = [] {
  spdlog::set_level(spdlog::level::warn);
  return true;
}();

}  // namespace
