// The table of job kinds: the one place that defines the name, lane, priority and number of
// attempts of each kind. What each kind does is in jobs/job_handlers.cpp.
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
// Lower ones go first: the few mails that matter most, then the verifications in their fair order.
inline constexpr std::int64_t kResult = 0;
inline constexpr std::int64_t kReceipt = 5;        // at most one for each verification
inline constexpr std::int64_t kVerification = 10;  // the lowest; ranks of manager/fair_order.h
inline constexpr std::int64_t kNotDrawn = std::numeric_limits<std::int64_t>::max();  // no hurry
}  // namespace job_priorities

struct JobKind {
  std::string_view name;
  std::string_view lane;
  std::int64_t priority = 0;  // lower first
  int max_attempts = 0;       // 0: a mail, tried as often as queue.max_attempts says

  // The templates of a mail have the kind's name.
  constexpr bool is_mail() const { return lane == lanes::kMail; }
  // Implicit, so that a kind can be used where its name is expected.
  constexpr operator std::string_view() const { return name; }
  friend constexpr bool operator==(const JobKind& kind, std::string_view text) {
    return kind.name == text;
  }
};

namespace job_kinds {

using namespace job_priorities;
using lanes::kBeacon, lanes::kMail, lanes::kWork;

// Many attempts: a draw must survive a disk that is full for an hour, and relays that are down for
// weeks.
inline constexpr int kWorkAttempts = 100;
inline constexpr int kBeaconAttempts = 1000;

// argument: the id of the SignUpVariant; 0: the first sign-up
inline constexpr JobKind kVerification{"verification", kMail, job_priorities::kVerification};
inline constexpr JobKind kAlreadyVerified{"already_verified", kMail, job_priorities::kVerification};
// argument: when it was first ready to go out, in milliseconds since 1970; 0: it was not yet
inline constexpr JobKind kReminder{"reminder", kMail, job_priorities::kVerification};
inline constexpr JobKind kReceipt{"receipt", kMail, job_priorities::kReceipt};
// argument: the index of the witness in the campaign's settings, from 0
inline constexpr JobKind kSeal{"seal", kMail, kResult};
inline constexpr JobKind kWinner{"winner", kMail, kResult};
// argument: the winner's position; runs when a quarter of the time to claim is left
inline constexpr JobKind kClaimReminder{"claim_reminder", kMail, kResult};
// argument: the winner's position
inline constexpr JobKind kPrizeClaimed{"prize_claimed", kMail, kResult};
// argument: the winner's position
inline constexpr JobKind kWinnerUnreachable{"winner_unreachable", kMail, kResult};
inline constexpr JobKind kAdminResult{"admin_result", kMail, kResult};
// argument: the number of the draw's event, from 1
inline constexpr JobKind kAlternatePromoted{"alternate_promoted", kMail, kResult};
inline constexpr JobKind kNotDrawn{"not_drawn", kMail, job_priorities::kNotDrawn};
// For campaigns with a drand beacon stop_list() puts it in the beacon lane, since it asks relays.
inline constexpr JobKind kFinishCampaign{"finish_campaign", kWork, 0, kWorkAttempts};
inline constexpr JobKind kFetchBeacon{"fetch_beacon", kBeacon, 0, kBeaconAttempts};
// argument: the position whose prize is to be claimed
inline constexpr JobKind kEndClaim{"end_claim", kWork, 0, kWorkAttempts};
inline constexpr JobKind kTellNotDrawn{"tell_not_drawn", kWork, 0, kWorkAttempts};
inline constexpr JobKind kPurgeCampaign{"purge_campaign", kWork, 0, kWorkAttempts};

inline constexpr std::array kAll{kVerification,   kAlreadyVerified,   kReminder,
                                 kWinner,         kAdminResult,       kReceipt,
                                 kSeal,           kAlternatePromoted, kWinnerUnreachable,
                                 kClaimReminder,  kPrizeClaimed,      kNotDrawn,
                                 kFinishCampaign, kFetchBeacon,       kEndClaim,
                                 kTellNotDrawn,   kPurgeCampaign};

}  // namespace job_kinds

// What one job is about.
struct JobMatter {
  std::int64_t campaign_id = 0;
  std::int64_t subscriber_id = 0;
  std::int64_t argument = 0;     // see its kind
  std::optional<Time> run_at{};  // absent: at once
};

// Makes a job from the row of its kind. `mail_attempts` is used for mails only.
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
