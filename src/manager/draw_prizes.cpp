// The part of Draws about prizes: getting one, losing it, claiming it.
#include "manager/prize_changes.h"
#include "promotions/base/log.h"
#include "promotions/manager/draws.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {

DisqualifyResult Draws::disqualify(const Principal& who, std::string_view slug, int position,
                                   std::string_view reason) {
  const CampaignPtr found = campaigns_.find(slug);
  if (!found) return {};
  DisqualifyResult result = storage_.write([&](Stores& stores) -> DisqualifyResult {
    const auto campaign = stores.campaigns.find(found->id);
    if (!campaign) return {};
    if (!campaign->finished_at) return {DisqualifyOutcome::not_drawn};
    PrizeChanges prizes(stores, *campaign, clock_.now(), max_attempts_);
    const Drawn* drawn = prizes.at(position);
    if (drawn == nullptr) return {DisqualifyOutcome::no_such_position};
    const PrizeState state = state_of(*drawn);
    if (!after(state, PrizeStep::disqualifies)) {
      return {state == PrizeState::passed_on ? DisqualifyOutcome::passed_on
                                             : DisqualifyOutcome::already_disqualified};
    }
    DrawEvent event;
    event.position = position;
    event.reason = reason;
    return {DisqualifyOutcome::disqualified, prizes.take_out(std::move(event))};
  });
  if (result.outcome == DisqualifyOutcome::disqualified) {
    logs::info("campaign={} position {} disqualified by {}", found->id, position, to_text(who));
  }
  return result;
}

DisqualifyResult Draws::disqualify_subscriber(const Principal& who, std::string_view slug,
                                              std::int64_t subscriber_id, std::string_view reason) {
  const CampaignPtr campaign = campaigns_.find(slug);
  if (!campaign) return {};
  std::string email_key;  // assigned inside the write, which may run more than once
  DisqualifyResult result = storage_.write([&](Stores& stores) -> DisqualifyResult {
    const auto subscriber = stores.subscribers.find(subscriber_id);
    if (!subscriber || subscriber->campaign_id != campaign->id || subscriber->email.empty()) {
      return {DisqualifyOutcome::no_such_subscriber};
    }
    if (stores.draws.find(campaign->id)) return {DisqualifyOutcome::already_sealed};
    if (subscriber->disqualified) return {DisqualifyOutcome::already_disqualified};
    stores.subscribers.disqualify(subscriber_id, reason);
    stores.campaigns.count_list_change(campaign->id);  // a seal under way must begin again
    email_key = subscriber->email_key;
    return {DisqualifyOutcome::disqualified};
  });
  if (result.outcome != DisqualifyOutcome::disqualified) return result;
  // So that a repeated sign-up asks the database, which says "not eligible".
  sign_ups_.forget_address(campaign->id, email_key);
  logs::info("campaign={} subscriber={} disqualified by {}", campaign->id, subscriber_id,
             to_text(who));
  return result;
}

CorrectResult Draws::correct_address(const Principal& who, std::string_view slug, int position,
                                     const EmailAddress& email) {
  const CampaignPtr found = campaigns_.find(slug);
  if (!found) return {};
  const CorrectOutcome outcome = storage_.write([&](Stores& stores) {
    const auto campaign = stores.campaigns.find(found->id);
    if (!campaign) return CorrectOutcome::no_such_campaign;
    if (!campaign->finished_at) return CorrectOutcome::not_drawn;
    const PrizeChanges prizes(stores, *campaign, clock_.now(), max_attempts_);
    const Drawn* drawn = prizes.at(position);
    if (drawn == nullptr) return CorrectOutcome::no_such_position;
    if (!after(state_of(*drawn), PrizeStep::mailed_again) || drawn->email.empty()) {
      return CorrectOutcome::not_unreachable;
    }
    stores.draws.correct_address(campaign->id, position, email.text());
    stores.draws.clear_notice(campaign->id, position);
    // The job that failed, not another one: brought back by an operator later, it would mail a
    // winner who was told, and begin the time to claim anew.
    if (!stores.jobs.retry(drawn->unreachable_job, clock_.now())) {
      enqueue_mail(stores, job_kinds::kWinner, campaign->id, drawn->subscriber_id);
    }
    return CorrectOutcome::corrected;
  });
  if (outcome != CorrectOutcome::corrected) return {outcome};
  logs::info("campaign={} address of position {} corrected by {}", found->id, position,
             to_text(who));
  return {outcome, peek_finish(slug)};
}

void Draws::end_claim(std::int64_t campaign_id, int position, const ReasonFor& reason_for) {
  storage_.write([&](Stores& stores) {
    const auto campaign = stores.campaigns.find(campaign_id);
    if (!campaign) return;
    PrizeChanges prizes(stores, *campaign, clock_.now(), max_attempts_);
    const Drawn* holder = prizes.at(position);
    if (holder == nullptr || !holder->claim_until) return;
    if (!after(state_of(*holder), PrizeStep::passes_on)) return;
    // Too early: the time began anew after this job was queued, or the clock was set back.
    if (clock_.now() < *holder->claim_until) {
      return enqueue_end_claim(stores, campaign_id, position, *holder->claim_until);
    }
    DrawEvent event;
    event.position = position;
    event.kind = holder->unreachable_at ? DrawEventKind::unreachable : DrawEventKind::unclaimed;
    event.reason = reason_for(event.kind, Locale::of(campaign->settings.locale));
    prizes.take_out(std::move(event));
  });
}

ClaimResult Draws::claim(std::string_view token, VerifyIntent intent) {
  const auto claim = TokenSigner::decode(token);
  if (!claim) return {};
  return storage_.write(
      [&](Stores& stores) -> ClaimResult {
        const auto subscriber = stores.subscribers.find(claim->subscriber_id);
        if (!subscriber || subscriber->email.empty()) return {};
        const TokenSubject subject{TokenPurpose::claim, subscriber->campaign_id, subscriber->id,
                                   subscriber->email_key};
        if (!signer_.matches(*claim, subject)) return {};
        const CampaignPtr campaign = campaigns_.find(subscriber->campaign_id);
        if (!campaign) return {};
        const auto drawn = stores.draws.drawn(campaign->id, subscriber->id);
        // The link may be used before we know that the mail was accepted: until then, claim_until
        // is not set.
        if (!drawn || (!drawn->claim_until && !campaign->settings.claim_within)) return {};
        const auto result = [&](ClaimOutcome outcome) {
          ClaimResult made{outcome, campaign, subscriber->locale, *drawn};
          const auto events = stores.draws.events(campaign->id);
          const Prize* prize =
              prize_at(campaign->settings.prizes, prize_place(drawn->position, events));
          if (prize != nullptr) made.prize = *prize;
          return made;
        };
        const PrizeState state = state_of(*drawn);
        if (state == PrizeState::waiting) return {};  // no prize, so no link was mailed
        if (state == PrizeState::claimed) return result(ClaimOutcome::already_claimed);
        if (!after(state, PrizeStep::claims)) return result(ClaimOutcome::over);
        const Time now = clock_.now();
        if (drawn->claim_until && now >= *drawn->claim_until) return result(ClaimOutcome::over);
        // Mail scanners open links, whatever the campaign says of verifying: only the button
        // claims.
        if (intent != VerifyIntent::confirm) return result(ClaimOutcome::pending);
        stores.draws.set_claimed(campaign->id, drawn->position, now);
        enqueue_mail(stores, job_kinds::kPrizeClaimed, campaign->id, subscriber->id,
                     drawn->position);
        return result(ClaimOutcome::claimed);
      },
      WriteSource::verifications);
}

}  // namespace promotions
