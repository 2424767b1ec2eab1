// What managers and the jobs module agree on about jobs: names of lanes and kinds, and how much a
// job is worth.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace promotions {

namespace lanes {
inline constexpr std::string_view kMail = "mail";
inline constexpr std::string_view kWork = "work";      // no mail server involved
inline constexpr std::string_view kBeacon = "beacon";  // asks relays of drand
}  // namespace lanes

namespace job_kinds {
inline constexpr std::string_view kVerification =
    "verification";  // argument: which SignUpVariant; 0: the first sign-up
inline constexpr std::string_view kAlreadyVerified = "already_verified";
inline constexpr std::string_view kWinner = "winner";
inline constexpr std::string_view kAdminResult = "admin_result";
inline constexpr std::string_view kReceipt = "receipt";
inline constexpr std::string_view kSeal = "seal";  // argument: which witness, from 0
inline constexpr std::string_view kAlternatePromoted =
    "alternate_promoted";  // argument: the event's number
inline constexpr std::string_view kWinnerUnreachable =
    "winner_unreachable";  // argument: the position
inline constexpr std::string_view kNotDrawn = "not_drawn";
inline constexpr std::string_view kFinishCampaign = "finish_campaign";
inline constexpr std::string_view kFetchBeacon = "fetch_beacon";
inline constexpr std::string_view kEndClaim = "end_claim";  // argument: the position
inline constexpr std::string_view kTellNotDrawn = "tell_not_drawn";
inline constexpr std::string_view kPurgeCampaign = "purge_campaign";

// Each has a handler in jobs/job_handlers.cpp.
inline constexpr std::array kAll{
    kVerification,      kAlreadyVerified,   kWinner,   kAdminResult,    kReceipt,     kSeal,
    kAlternatePromoted, kWinnerUnreachable, kNotDrawn, kFinishCampaign, kFetchBeacon, kEndClaim,
    kTellNotDrawn,      kPurgeCampaign};
}  // namespace job_kinds

namespace job_priorities {
// A handful of mails that matter most come first, then the verifications in their fair order.
inline constexpr std::int64_t kResult = 0;
inline constexpr std::int64_t kReceipt = 5;        // each is an answer to a verification
inline constexpr std::int64_t kVerification = 10;  // at least
inline constexpr std::int64_t kNotDrawn = std::numeric_limits<std::int64_t>::max();  // may wait
}  // namespace job_priorities

// Of jobs that need no mail server: a draw must not die of a disk that was full for an hour.
inline constexpr int kWorkAttempts = 100;
// Of what asks others for a beacon: they may be away for weeks.
inline constexpr int kBeaconAttempts = 1000;

}  // namespace promotions
