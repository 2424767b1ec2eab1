// What the mail jobs have in common: from a template and its context to a delivery. Private to
// jobs.
#pragma once

#include <string>
#include <string_view>

#include "promotions/base/json.h"
#include "promotions/jobs/job_handlers.h"

namespace promotions {

// `campaign.…` of every template context.
Json campaign_context(const Campaign& campaign);

// Renders `kind` for `campaign`, sends it to `to`, and says what that means for the job.
JobResult send_mail(const JobContext& context, const Job& job, const Campaign& campaign,
                    std::string_view locale, const std::string& to, const Json& template_context);

}  // namespace promotions
