// What the mail jobs have in common: from a template and its context to a delivery. Private to
// jobs.
#pragma once

#include <string>
#include <string_view>

#include "promotions/base/json.h"
#include "promotions/domain/locale.h"
#include "promotions/jobs/job_handlers.h"

namespace promotions {

// `campaign.…` of every template context.
Json campaign_context(const Campaign& campaign);

// To whom a mail about a campaign goes, from the database: memory may not know yet of the commit
// that made the job. nullopt: one of them is gone.
struct Recipient {
  Campaign campaign;
  Subscriber subscriber;
  Locale locale() const {
    return Locale::of(subscriber.locale.empty() ? campaign.settings.locale : subscriber.locale);
  }
};
std::optional<Recipient> find_recipient(const JobContext& context, const Job& job);

// Why a mail must not say "you take part"; nullopt: it may.
std::optional<std::string> why_not_in_draw(const Recipient& recipient);

// `campaign.…`, `email` and `data.…`.
Json recipient_context(const Recipient& recipient);

// "PUBLIC_URL/c/SLUG/PAGE"
std::string public_link(const JobContext& context, const Campaign& campaign, std::string_view page);

// Renders the job's kind for `campaign`, sends it to `to`, and says what that means for the job.
JobResult send_mail(const JobContext& context, const Job& job, const Campaign& campaign,
                    Locale locale, const std::string& to, const Json& template_context);

}  // namespace promotions
