// Recognises permanent refusals that come one after the other in the same words, whatever the
// recipient's domain: those are about us, whatever the replies say. Private to jobs.
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
  // How many different domains of recipients make a streak. One or two may refuse alike by chance.
  static constexpr std::size_t kDomains = 3;

  // A mail was accepted: the streak ends.
  void accepted();
  // A job's mail to `recipient` was refused for good; `reply` is Delivery::detail. nullopt: as far
  // as can be told, the refusal is about the recipient. Otherwise it is about us, and so were the
  // earlier refusals of the streak: returns their jobs. Each job is returned only once.
  std::optional<std::vector<std::int64_t>> refused(std::int64_t job, std::string_view recipient,
                                                   std::string_view reply);

 private:
  static constexpr std::size_t kMostJobs = 100;  // that are remembered

  Mutex mutex_;
  std::string reply_ GUARDED_BY(mutex_);               // of the streak, folded
  std::set<std::string> domains_ GUARDED_BY(mutex_);   // of its recipients, at most kDomains
  std::vector<std::int64_t> jobs_ GUARDED_BY(mutex_);  // refused in it, and not returned yet
};

// Does the reply's enhanced status blame the recipient? X.1.X is about the address and X.2.X about
// the mailbox (RFC 3463 §3.2, §3.3).
bool is_about_recipient(std::string_view reply);

// The reply without what differs from mail to mail. Two refusals that differ only in addresses,
// host names and numbers are the same text.
std::string folded_reply(std::string_view reply);

}  // namespace promotions
