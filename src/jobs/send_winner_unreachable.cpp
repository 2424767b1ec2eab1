#include <algorithm>

#include "jobs/kinds.h"
#include "jobs/mail_job.h"
#include "promotions/domain/email_address.h"
#include "promotions/render/local_text.h"
#include "promotions/render/phrases.h"

namespace promotions {
namespace {

// How the winner's mail ended, as the end of a sentence.
Phrase words_for(JobEnding ending) {
  switch (ending) {
    case JobEnding::done:
      break;
    case JobEnding::refused:
      return Phrase::mail_refused;
    case JobEnding::exhausted:
      return Phrase::mail_exhausted;
    case JobEnding::in_doubt:
      return Phrase::mail_in_doubt;
    case JobEnding::worker_lost:
      return Phrase::mail_worker_lost;
    case JobEnding::cancelled:
      return Phrase::mail_cancelled;
    case JobEnding::needless:
      return Phrase::mail_needless;
  }
  return Phrase::mail_not_sent;
}

// Are these the mail server's words? Otherwise the reason is our own.
bool is_from_server(const Drawn& winner) {
  return winner.unreachable == JobEnding::refused || winner.unreachable == JobEnding::exhausted ||
         winner.unreachable == JobEnding::in_doubt;
}

}  // namespace

JobResult send_winner_unreachable(const JobContext& context, const Job& job) {
  struct Stored {
    std::optional<Campaign> campaign;
    std::vector<Drawn> drawn;
  };
  const Stored stored = context.storage.read([&](const Stores& stores) {
    return Stored{stores.campaigns.find(job.campaign_id), stores.draws.drawn(job.campaign_id)};
  });
  const auto found = std::find_if(stored.drawn.begin(), stored.drawn.end(),
                                  [&](const Drawn& one) { return one.position == job.argument; });
  if (!stored.campaign || found == stored.drawn.end()) {
    return {JobResult::Kind::cancel, "the campaign was deleted", {}};
  }
  const Drawn& winner = *found;
  // A later failure has a mail of its own; other mails report what else has happened since.
  if (state_of(winner) != PrizeState::unreachable || winner.unreachable_at != job.created_at) {
    return {JobResult::Kind::cancel, "it is no longer so", {}};
  }
  const Campaign& campaign = *stored.campaign;
  const Locale locale = Locale::of(campaign.settings.locale);
  const bool has_alternate =
      std::any_of(stored.drawn.begin(), stored.drawn.end(),
                  [](const Drawn& one) { return state_of(one) == PrizeState::waiting; });
  Json values = {
      {"campaign", campaign_context(context, campaign)},
      {"position", winner.position},
      {"ticket", winner.ticket},
      {"winner_email", shown_address(winner.email)},
      {"why", phrase(locale, words_for(winner.unreachable.value_or(JobEnding::refused)))},
      {"server_reply", is_from_server(winner) ? winner.unreachable_reason : std::string()},
      {"has_alternate", has_alternate},
      {"draw_link", public_link(context, campaign, "draw")}};
  if (!winner.email.empty()) {  // the mail to an erased subscriber cannot be tried again
    values["retry_command"] = "promotions jobs retry " + std::to_string(winner.unreachable_job);
    values["correct_command"] = "promotions campaign correct " + campaign.slug + " --position " +
                                std::to_string(winner.position) + " --email …";
  }
  if (winner.claim_until) {
    values["claim_until"] = to_local_text(*winner.claim_until, campaign.settings.time_zone, locale);
  }
  return send_mail(context, job, campaign, locale, campaign.settings.admin_email, values);
}

}  // namespace promotions
