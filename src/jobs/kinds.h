// One function for each kind of job, defined in the file with its name. Each makes one attempt and
// returns what came of it. Private to jobs.
#pragma once

#include "promotions/jobs/job_handlers.h"

namespace promotions {

JobResult send_verification_mail(const JobContext& context, const Job& job);
JobResult send_already_verified(const JobContext& context, const Job& job);
JobResult send_reminder(const JobContext& context, const Job& job);
JobResult send_winner_mail(const JobContext& context, const Job& job);
JobResult send_claim_reminder(const JobContext& context, const Job& job);
JobResult send_prize_claimed(const JobContext& context, const Job& job);
JobResult send_winner_unreachable(const JobContext& context, const Job& job);
JobResult send_admin_result(const JobContext& context, const Job& job);
JobResult finish_campaign(const JobContext& context, const Job& job);
JobResult fetch_beacon(const JobContext& context, const Job& job);
JobResult end_claim(const JobContext& context, const Job& job);
JobResult tell_not_drawn(const JobContext& context, const Job& job);
JobResult send_receipt(const JobContext& context, const Job& job);
JobResult send_seal(const JobContext& context, const Job& job);
JobResult send_not_drawn(const JobContext& context, const Job& job);
JobResult send_alternate_promoted(const JobContext& context, const Job& job);
JobResult purge_campaign(const JobContext& context, const Job& job);

}  // namespace promotions
