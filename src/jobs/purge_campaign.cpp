#include "jobs/kinds.h"

namespace promotions {

JobResult purge_campaign(const JobContext& context, const Job& job) {
  context.campaigns.purge(job.campaign_id);
  return {};
}

}  // namespace promotions
