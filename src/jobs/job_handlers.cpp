#include "promotions/jobs/job_handlers.h"

#include "jobs/kinds.h"
#include "jobs/refusal_streak.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {

std::map<std::string, JobHandler> make_job_handlers(const JobContext& context) {
  using Function = JobResult (*)(const JobContext&, const Job&);
  const std::pair<std::string_view, Function> kinds[] = {
      {job_kinds::kVerification, send_verification_mail},
      {job_kinds::kAlreadyVerified, send_already_verified},
      {job_kinds::kWinner, send_winner_mail},
      {job_kinds::kWinnerUnreachable, send_winner_unreachable},
      {job_kinds::kAdminResult, send_admin_result},
      {job_kinds::kFinishCampaign, finish_campaign},
      {job_kinds::kFetchBeacon, fetch_beacon},
      {job_kinds::kEndClaim, end_claim},
      {job_kinds::kTellNotDrawn, tell_not_drawn},
      {job_kinds::kReceipt, send_receipt},
      {job_kinds::kSeal, send_seal},
      {job_kinds::kNotDrawn, send_not_drawn},
      {job_kinds::kAlternatePromoted, send_alternate_promoted},
      {job_kinds::kPurgeCampaign, purge_campaign},
  };
  JobContext shared = context;
  shared.refusals = std::make_shared<RefusalStreak>();
  std::map<std::string, JobHandler> handlers;
  for (const auto& [kind, function] : kinds) {
    handlers.emplace(
        kind, [shared, function = function](const Job& job) { return function(shared, job); });
  }
  return handlers;
}

}  // namespace promotions
