// The names of lanes and kinds of jobs: written by the managers, run by the jobs module.
#pragma once

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

}  // namespace promotions
