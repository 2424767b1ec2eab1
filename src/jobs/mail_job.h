// What all mail jobs share: rendering a template with its context, and sending the result. Private
// to jobs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/json.h"
#include "promotions/domain/locale.h"
#include "promotions/jobs/job_handlers.h"
#include "promotions/mail/message.h"

namespace promotions {

// The fields of `campaign` in every template context.
Json campaign_context(const JobContext& context, const Campaign& campaign);

// The subscriber whom a mail goes to, and the campaign it is about.
struct Recipient {
  Campaign campaign;
  Subscriber subscriber;
  Locale locale() const {
    return Locale::of(subscriber.locale.empty() ? campaign.settings.locale : subscriber.locale);
  }
};
// Reads both from the database, because the campaigns in memory may be behind the commit that
// enqueued the job: a change that could not be read is read again later. nullopt if the campaign
// was deleted or the subscriber erased.
std::optional<Recipient> find_recipient(const JobContext& context, const Job& job);

// Why a mail must not say "you take part"; nullopt if it may.
std::optional<std::string> why_not_in_draw(const Recipient& recipient);

// `campaign`, `email` and `data`: what every mail to a subscriber has.
Json recipient_context(const JobContext& context, const Recipient& recipient);

// The names `text`, `name` and `value` of a prize, in the language of the reader or else of the
// campaign: "Hamper (80 €)", "Hamper", "80 €".
Json prize_context(const Prize& prize, const Campaign& campaign, Locale reader);

// The prize that `position` has or had, or null if none is listed. It points into `campaign`.
const Prize* prize_of(const JobContext& context, const Campaign& campaign, int position);

// The link by which a winner accepts the prize. `since` is when it was first mailed.
std::string claim_link(const JobContext& context, const Subscriber& winner, Time since);

// The link by which an entrant withdraws. It is the same in each mail, and works as long as the
// campaign is there.
std::string withdraw_link(const JobContext& context, const Subscriber& entrant);

// "PUBLIC_URL/c/SLUG", and "PUBLIC_URL/c/SLUG/PAGE"
std::string public_link(const JobContext& context, const Campaign& campaign);
std::string public_link(const JobContext& context, const Campaign& campaign, std::string_view page);

// Renders the mail of the job's kind for `campaign`, sends it to `to`, and returns what the
// delivery means for the job and its lane.
JobResult send_mail(const JobContext& context, const Job& job, const Campaign& campaign,
                    Locale locale, const std::string& to, const Json& template_context,
                    std::vector<Attachment> attachments = {});

}  // namespace promotions
