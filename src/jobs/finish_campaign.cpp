#include "jobs/kinds.h"

namespace promotions {

JobResult finish_campaign(const JobContext& context, const Job& job) {
  context.campaigns.complete_finish(job.campaign_id);
  return {};
}

}  // namespace promotions
