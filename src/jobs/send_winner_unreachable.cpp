#include <algorithm>

#include "jobs/kinds.h"
#include "jobs/mail_job.h"
#include "promotions/base/time_text.h"
#include "promotions/domain/email_address.h"

namespace promotions {
namespace {

// What became of the winner's mail, as the end of a sentence.
std::string_view words_for(JobEnding ending, std::string_view locale) {
  const bool english = locale == "en";
  switch (ending) {
    case JobEnding::done:
      break;
    case JobEnding::refused:
      return english ? "the mail server refused it for good"
                     : "el servidor de correo lo rechazó definitivamente";
    case JobEnding::exhausted:
      return english ? "it was tried many times, and never taken"
                     : "se intentó muchas veces y nunca se pudo entregar";
    case JobEnding::in_doubt:
      return english ? "the connection broke twice before the server confirmed it, so it may have "
                       "arrived or not"
                     : "la conexión se cortó dos veces antes de que el servidor lo confirmara, así "
                       "que puede que llegara o puede que no";
    case JobEnding::worker_lost:
      return english ? "the program was interrupted each time while sending it"
                     : "el programa se interrumpió cada vez que lo enviaba";
    case JobEnding::cancelled:
      return english ? "somebody cancelled it" : "alguien lo canceló";
    case JobEnding::needless:
      return english ? "the winner's data was erased before it went out"
                     : "los datos de esa persona se borraron antes de enviarlo";
  }
  return english ? "it was not sent" : "no se envió";
}

// Else the reason is our own.
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
  // A later failure has a mail of its own, and what happened since is told by others.
  if (state_of(winner) != PrizeState::unreachable || winner.unreachable_at != job.created_at) {
    return {JobResult::Kind::cancel, "it is no longer so", {}};
  }
  const Campaign& campaign = *stored.campaign;
  const std::string& locale = campaign.settings.locale;
  const bool has_alternate =
      std::any_of(stored.drawn.begin(), stored.drawn.end(),
                  [](const Drawn& one) { return state_of(one) == PrizeState::waiting; });
  Json values = {
      {"campaign", campaign_context(campaign)},
      {"position", winner.position},
      {"ticket", winner.ticket},
      {"winner_email", shown_address(winner.email)},
      {"why", words_for(winner.unreachable.value_or(JobEnding::refused), locale)},
      {"server_reply", is_from_server(winner) ? winner.unreachable_reason : std::string()},
      {"has_alternate", has_alternate},
      {"draw_link", public_link(context, campaign, "draw")}};
  if (!winner.email.empty()) {
    values["retry_command"] = "promotions jobs retry " + std::to_string(winner.unreachable_job);
  }
  if (winner.claim_until) {
    values["claim_until"] = to_local_text(*winner.claim_until, campaign.settings.time_zone, locale);
  }
  return send_mail(context, job, campaign, locale, campaign.settings.admin_email, values);
}

}  // namespace promotions
