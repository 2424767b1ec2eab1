// Mails that are refused for good one after the other, in the same words, wherever they go: that is
// about us, whatever the reply says. Private to jobs.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/mutex.h"

namespace promotions {

// Thread-safe.
class RefusalStreak {
 public:
  // Recipients at so many domains, with none accepted between: one or two may be of one mind.
  static constexpr std::size_t kDomains = 3;

  void accepted();
  // `reply`: as in Delivery::detail. nullopt: it is about the recipient, as far as can be told.
  // Else it is about us, and so were these refusals of former jobs, which are named only once.
  std::optional<std::vector<std::int64_t>> refused(std::int64_t job, std::string_view recipient,
                                                   std::string_view reply);

 private:
  static constexpr std::size_t kMostJobs = 100;  // to be named

  Mutex mutex_;
  std::string reply_ GUARDED_BY(mutex_);
  std::set<std::string> domains_ GUARDED_BY(mutex_);
  std::vector<std::int64_t> jobs_ GUARDED_BY(mutex_);
};

// RFC 3463 §3.2, §3.3: X.1.X and X.2.X are about the address and the mailbox.
bool is_about_recipient(std::string_view reply);

// What two refusals have in common if they differ in addresses, names and numbers only.
std::string folded_reply(std::string_view reply);

}  // namespace promotions
