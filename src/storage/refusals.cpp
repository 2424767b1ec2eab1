#include "storage/refusals.h"

#include "promotions/base/log.h"

namespace promotions {
namespace {

constexpr Millis kTellAgainAfter = std::chrono::seconds(10);

}  // namespace

void Refusals::refused(std::size_t writes, const std::string& reason) {
  const SteadyTime now = SteadyTime::clock::now();
  count_ += writes;
  if (in_a_row_ == 0) began_at_ = now;
  in_a_row_ += writes;
  if (told_ != 0 && now < told_at_ + kTellAgainAfter) return;
  logs::error("storage: {}; {} refused: {}", reason, what_, in_a_row_ - told_);
  told_ = in_a_row_;
  told_at_ = now;
}

void Refusals::accepted() {
  if (in_a_row_ == 0) return;
  const auto seconds =
      std::chrono::ceil<std::chrono::seconds>(SteadyTime::clock::now() - began_at_).count();
  logs::warn("storage: {} are taken again; refused meanwhile: {}, in {} s", what_, in_a_row_,
             seconds);
  in_a_row_ = 0;
  told_ = 0;
}

}  // namespace promotions
