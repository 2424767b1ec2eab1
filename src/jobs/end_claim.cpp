#include "jobs/kinds.h"

namespace promotions {

JobResult end_claim(const JobContext& context, const Job& job) {
  context.draws.end_claim(job.campaign_id, static_cast<int>(job.argument));
  return {};
}

}  // namespace promotions
