#include "promotions/jobs/job_handlers.h"

#include <stdexcept>

#include "jobs/kinds.h"
#include "jobs/refusal_streak.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

using Function = JobResult (*)(const JobContext&, const Job&);

struct Row {
  const JobKind& kind;
  Function function;
};

// What each kind of job does, in the order of job_kinds::kAll.
constexpr Row kHandlers[] = {
    {job_kinds::kVerification, send_verification_mail},
    {job_kinds::kAlreadyVerified, send_already_verified},
    {job_kinds::kReminder, send_reminder},
    {job_kinds::kWinner, send_winner_mail},
    {job_kinds::kAdminResult, send_admin_result},
    {job_kinds::kReceipt, send_receipt},
    {job_kinds::kSeal, send_seal},
    {job_kinds::kAlternatePromoted, send_alternate_promoted},
    {job_kinds::kWinnerUnreachable, send_winner_unreachable},
    {job_kinds::kClaimReminder, send_claim_reminder},
    {job_kinds::kPrizeClaimed, send_prize_claimed},
    {job_kinds::kNotDrawn, send_not_drawn},
    {job_kinds::kFinishCampaign, finish_campaign},
    {job_kinds::kFetchBeacon, fetch_beacon},
    {job_kinds::kEndClaim, end_claim},
    {job_kinds::kTellNotDrawn, tell_not_drawn},
    {job_kinds::kPurgeCampaign, purge_campaign},
};

// A kind without a handler would be queued and never done.
constexpr bool is_complete() {
  if (std::size(kHandlers) != job_kinds::kAll.size()) return false;
  for (std::size_t i = 0; i < std::size(kHandlers); ++i) {
    if (kHandlers[i].kind.name != job_kinds::kAll[i].name) return false;
  }
  return true;
}
static_assert(is_complete());

// Fails at the start rather than with the first mail of a kind that has no templates.
void check_templates() {
  for (const JobKind& kind : job_kinds::kAll) {
    if (kind.is_mail() && !is_mail_kind(kind.name)) {
      throw std::logic_error("the mail \"" + std::string(kind.name) + "\" has no templates");
    }
  }
}

}  // namespace

std::map<std::string, JobHandler> make_job_handlers(const JobContext& context) {
  check_templates();
  JobContext shared = context;
  shared.refusals = std::make_shared<RefusalStreak>();
  std::map<std::string, JobHandler> handlers;
  for (const Row& row : kHandlers) {
    handlers.emplace(row.kind.name, [shared, function = row.function](const Job& job) {
      return function(shared, job);
    });
  }
  return handlers;
}

}  // namespace promotions
