#include "jobs/kinds.h"

namespace promotions {

JobResult tell_not_drawn(const JobContext& context, const Job& job) {
  context.draws.tell_not_drawn(job.campaign_id);
  return {};
}

}  // namespace promotions
