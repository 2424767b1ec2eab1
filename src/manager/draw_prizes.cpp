// The part of Draws about prizes: getting one, losing it, claiming it.
#include <algorithm>
#include <utility>

#include "promotions/base/log.h"
#include "promotions/domain/prizes.h"
#include "promotions/manager/draws.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

// Who has a prize now. It is not stored, but follows from the draw and its events.
Prizes prizes_of(const Stores& stores, const Campaign& campaign, std::size_t drawn) {
  const auto draw = stores.draws.find(campaign.id);
  Prizes prizes(draw ? draw->winners : 0, static_cast<int>(drawn));
  for (const DrawEvent& event : stores.draws.events(campaign.id)) prizes.disqualify(event.position);
  return prizes;
}

const Drawn* at_position(const std::vector<Drawn>& drawn, std::int64_t position) {
  const auto found = std::find_if(drawn.begin(), drawn.end(),
                                  [&](const Drawn& one) { return one.position == position; });
  return found == drawn.end() ? nullptr : &*found;
}

}  // namespace

// Takes `event.position` out of the draw and passes its prize on, within a write. The position must
// satisfy Prizes::may_be_disqualified(). Returns the event with its time and the promoted position.
DrawEvent Draws::take_out(Stores& stores, const Campaign& campaign, const std::vector<Drawn>& drawn,
                          DrawEvent event) const {
  const Time now = clock_.now();
  Prizes prizes = prizes_of(stores, campaign, drawn.size());
  const bool had_prize = prizes.has(event.position);
  // Not before what it follows, though the clock was set back.
  const auto events = stores.draws.events(campaign.id);
  event.at = std::max(now, events.empty() ? campaign.finished_at.value_or(now) : events.back().at);
  event.at = std::chrono::floor<std::chrono::seconds>(event.at);  // as published
  event.promoted = prizes.disqualify(event.position);
  const std::int64_t number = stores.draws.add_event(campaign.id, event);
  if (event.promoted) {
    enqueue_mail(stores, job_kinds::kWinner, campaign.id,
                 at_position(drawn, *event.promoted)->subscriber_id);
  }
  if (had_prize) enqueue_mail(stores, job_kinds::kAlternatePromoted, campaign.id, 0, number);
  return event;
}

DisqualifyResult Draws::disqualify(const Principal& who, std::string_view slug, int position,
                                   std::string_view reason) {
  const CampaignPtr found = campaigns_.find(slug);
  if (!found) return {};
  DisqualifyResult result = storage_.write([&](Stores& stores) -> DisqualifyResult {
    const auto campaign = stores.campaigns.find(found->id);
    if (!campaign) return {};
    if (!campaign->finished_at) return {DisqualifyOutcome::not_drawn};
    const auto drawn = stores.draws.drawn(campaign->id);
    if (at_position(drawn, position) == nullptr) return {DisqualifyOutcome::no_such_position};
    if (!prizes_of(stores, *campaign, drawn.size()).may_be_disqualified(position)) {
      return {DisqualifyOutcome::already_disqualified};
    }
    DrawEvent event;
    event.position = position;
    event.reason = reason;
    return {DisqualifyOutcome::disqualified, take_out(stores, *campaign, drawn, event)};
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

void Draws::end_claim(std::int64_t campaign_id, int position, const ReasonFor& reason_for) {
  storage_.write([&](Stores& stores) {
    const auto campaign = stores.campaigns.find(campaign_id);
    if (!campaign) return;
    const auto drawn = stores.draws.drawn(campaign_id);
    const Drawn* holder = at_position(drawn, position);
    if (holder == nullptr || holder->claimed_at || !holder->claim_until) return;
    if (!prizes_of(stores, *campaign, drawn.size()).has(position)) return;
    // Too early: the time began anew after this job was queued, or the clock was set back.
    if (clock_.now() < *holder->claim_until) {
      return enqueue_end_claim(stores, campaign_id, position, *holder->claim_until);
    }
    DrawEvent event;
    event.position = position;
    event.kind = holder->unreachable_at ? DrawEventKind::unreachable : DrawEventKind::unclaimed;
    event.reason = reason_for(event.kind, Locale::of(campaign->settings.locale));
    take_out(stores, *campaign, drawn, event);
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
          return ClaimResult{outcome, campaign, subscriber->locale, *drawn};
        };
        if (state_of(*drawn) == PrizeState::waiting) return {};  // no prize, so no link was mailed
        if (drawn->taken_out) return result(ClaimOutcome::over);
        if (drawn->claimed_at) return result(ClaimOutcome::already_claimed);
        const Time now = clock_.now();
        if (drawn->claim_until && now >= *drawn->claim_until) return result(ClaimOutcome::over);
        // As with verifications: a mail scanner that opens links must not claim the prize, unless
        // the campaign accepts that.
        const bool by_link = campaign->settings.verification == Verification::link;
        if (intent == VerifyIntent::look || (intent == VerifyIntent::open_link && !by_link)) {
          return result(ClaimOutcome::pending);
        }
        stores.draws.set_claimed(campaign->id, drawn->position, now);
        return result(ClaimOutcome::claimed);
      },
      WriteSource::verifications);
}

}  // namespace promotions
