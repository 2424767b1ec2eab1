// What managers and the jobs module agree on about jobs: names of lanes and kinds, and how much a
// job is worth.
#pragma once

#include <cstdint>
#include <string_view>

namespace promotions {

namespace lanes {
inline constexpr std::string_view kMail = "mail";
inline constexpr std::string_view kWork = "work";  // no mail server involved
}  // namespace lanes

namespace job_kinds {
inline constexpr std::string_view kVerification = "verification";
inline constexpr std::string_view kWinner = "winner";
inline constexpr std::string_view kAdminResult = "admin_result";
inline constexpr std::string_view kFinishCampaign = "finish_campaign";
inline constexpr std::string_view kPurgeCampaign = "purge_campaign";
}  // namespace job_kinds

namespace job_priorities {
// A handful of mails that matter most come first, then the verifications in their fair order.
inline constexpr std::int64_t kResult = 0;
inline constexpr std::int64_t kVerification = 10;  // at least
}  // namespace job_priorities

// Of jobs that need no mail server: a draw must not die of a disk that was full for an hour.
inline constexpr int kWorkAttempts = 100;

}  // namespace promotions
