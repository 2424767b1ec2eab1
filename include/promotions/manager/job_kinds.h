// The table of job kinds: the one place that says what each is called, on which lane it waits, how
// much it is worth and how long it is tried. What each does is in jobs/job_handlers.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "promotions/storage/job_store.h"

namespace promotions {

namespace lanes {
inline constexpr std::string_view kMail = "mail";
inline constexpr std::string_view kWork = "work";      // no mail server involved
inline constexpr std::string_view kBeacon = "beacon";  // asks relays of drand
}  // namespace lanes

namespace job_priorities {
// A handful of mails that matter most come first, then the verifications in their fair order.
inline constexpr std::int64_t kResult = 0;
inline constexpr std::int64_t kReceipt = 5;        // each is an answer to a verification
inline constexpr std::int64_t kVerification = 10;  // at least
inline constexpr std::int64_t kNotDrawn = std::numeric_limits<std::int64_t>::max();  // may wait
}  // namespace job_priorities

struct JobKind {
  std::string_view name;
  std::string_view lane;
  std::int64_t priority = 0;  // lower first
  int max_attempts = 0;       // 0: as many as a mail is given (queue.max_attempts)

  // A mail has templates of the same name.
  constexpr bool is_mail() const { return lane == lanes::kMail; }
  constexpr operator std::string_view() const {
    return name;
  }  // NOLINT(google-explicit-constructor)
  friend constexpr bool operator==(const JobKind& kind, std::string_view text) {
    return kind.name == text;
  }
};

namespace job_kinds {

using namespace job_priorities;
using lanes::kBeacon, lanes::kMail, lanes::kWork;

// A draw must not die of a disk that was full for an hour, and relays may be away for weeks.
inline constexpr int kWorkAttempts = 100;
inline constexpr int kBeaconAttempts = 1000;

// argument: which SignUpVariant; 0: the first sign-up
inline constexpr JobKind kVerification{"verification", kMail, job_priorities::kVerification};
inline constexpr JobKind kAlreadyVerified{"already_verified", kMail, job_priorities::kVerification};
inline constexpr JobKind kReceipt{"receipt", kMail, job_priorities::kReceipt};
// argument: which witness, from 0
inline constexpr JobKind kSeal{"seal", kMail, kResult};
inline constexpr JobKind kWinner{"winner", kMail, kResult};
// argument: the position
inline constexpr JobKind kWinnerUnreachable{"winner_unreachable", kMail, kResult};
inline constexpr JobKind kAdminResult{"admin_result", kMail, kResult};
// argument: the event's number
inline constexpr JobKind kAlternatePromoted{"alternate_promoted", kMail, kResult};
inline constexpr JobKind kNotDrawn{"not_drawn", kMail, job_priorities::kNotDrawn};
// Where relays are asked for a beacon it waits on their lane.
inline constexpr JobKind kFinishCampaign{"finish_campaign", kWork, 0, kWorkAttempts};
inline constexpr JobKind kFetchBeacon{"fetch_beacon", kBeacon, 0, kBeaconAttempts};
// argument: the position
inline constexpr JobKind kEndClaim{"end_claim", kWork, 0, kWorkAttempts};
inline constexpr JobKind kTellNotDrawn{"tell_not_drawn", kWork, 0, kWorkAttempts};
inline constexpr JobKind kPurgeCampaign{"purge_campaign", kWork, 0, kWorkAttempts};

inline constexpr std::array kAll{
    kVerification,      kAlreadyVerified,   kWinner,   kAdminResult,    kReceipt,     kSeal,
    kAlternatePromoted, kWinnerUnreachable, kNotDrawn, kFinishCampaign, kFetchBeacon, kEndClaim,
    kTellNotDrawn,      kPurgeCampaign};

}  // namespace job_kinds

// What one job is about.
struct JobMatter {
  std::int64_t campaign_id = 0;
  std::int64_t subscriber_id = 0;
  std::int64_t argument = 0;     // as its kind says
  std::optional<Time> run_at{};  // absent: at once
};

// A job of that kind, as its row says. A mail is tried `mail_attempts` times.
inline NewJob new_job(const JobKind& kind, const JobMatter& matter, int mail_attempts = 1) {
  return {.lane = kind.lane,
          .kind = kind.name,
          .campaign_id = matter.campaign_id,
          .subscriber_id = matter.subscriber_id,
          .argument = matter.argument,
          .priority = kind.priority,
          .max_attempts = kind.max_attempts == 0 ? mail_attempts : kind.max_attempts,
          .run_at = matter.run_at};
}

}  // namespace promotions
