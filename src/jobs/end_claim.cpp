#include "jobs/kinds.h"
#include "promotions/render/phrases.h"

namespace promotions {
namespace {

// What is published as the reason, in the campaign's language.
std::string reason_for(DrawEventKind kind, Locale locale) {
  return phrase(locale, kind == DrawEventKind::unreachable ? Phrase::winner_unreachable
                                                           : Phrase::prize_not_claimed);
}

}  // namespace

JobResult end_claim(const JobContext& context, const Job& job) {
  context.draws.end_claim(job.campaign_id, static_cast<int>(job.argument), reason_for);
  return {};
}

}  // namespace promotions
