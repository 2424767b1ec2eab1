// The part of SignUps that verifies subscribers.
#include <array>

#include "manager/known_addresses.h"
#include "promotions/manager/job_kinds.h"
#include "promotions/manager/sign_ups.h"

namespace promotions {
namespace {

constexpr std::size_t kRowBytes = 256;  // about what a row takes, with its entries in indexes

}  // namespace

// The result for a token, and the address that it belongs to.
struct SignUps::Judged {
  VerifyResult result{};
  std::string email_key{};
};

void SignUps::verify_subscriber(std::string_view token, VerifyIntent intent,
                                Done<VerifyResult> done) {
  const auto claim = TokenSigner::decode(token);
  if (!claim) return done(VerifyResult{});
  storage_.write_later(
      WriteSource::verifications, kRowBytes,
      [this, claim = *claim, intent](Stores& stores) { return verify(stores, claim, intent); },
      [this, done = std::move(done)](Completion<Judged> completion) mutable {
        if (completion.has_failed()) return done(completion.error());
        Judged judged = completion.take();
        const VerifyResult& result = judged.result;
        // On the writer's thread, in the order of the commits, and before `done`.
        if (result.outcome == VerifyOutcome::verified) {
          known_->remember(result.campaign->id, judged.email_key, std::nullopt);
        }
        done(std::move(judged.result));
      });
}

SignUps::Judged SignUps::verify(Stores& stores, const TokenClaim& claim,
                                VerifyIntent intent) const {
  const std::int64_t id = claim.subscriber_id;
  auto standing = stores.subscribers.standing(id);
  if (!standing) return {};
  const TokenSubject subject{TokenPurpose::verify, standing->campaign_id, id, standing->email_key,
                             claim.variant};
  // Nothing is told about the subscriber before this check: anybody can make up a token.
  if (!signer_.matches(claim, subject)) return {};
  const CampaignPtr campaign = campaigns_.find(standing->campaign_id);
  if (!campaign) return {};
  const CampaignSettings& settings = campaign->settings;
  const bool takes_no_part =
      standing->is_disqualified || is_excluded_by(settings, standing->email_key);
  std::optional<SignUpVariant> variant;
  if (claim.variant != 0) {
    // Absent if its time is over, or if another sign-up of the address was verified.
    variant = stores.variants.find(claim.variant);
    if (variant && variant->subscriber_id != id) variant.reset();
  }
  std::string& locale = variant ? variant->locale : standing->locale;
  const auto judged = [&](VerifyOutcome outcome) {
    return Judged{{outcome, campaign, std::move(locale)}, std::move(standing->email_key)};
  };
  const Time now = clock_.now();
  // The most final reason comes first.
  if (takes_no_part) return judged(VerifyOutcome::not_eligible);
  if (standing->is_verified) return judged(VerifyOutcome::already_verified);
  if (!standing->is_list_open) return judged(VerifyOutcome::over);
  const bool has_expired = now >= claim.issued_at + settings.token_ttl ||
                           (claim.variant != 0 && (!variant || now >= end_of(*variant)));
  if (has_expired) {
    Judged expired = judged(VerifyOutcome::expired);
    expired.result.may_sign_up = campaign->state_at(now) == CampaignState::open;
    return expired;
  }
  const bool by_link = settings.verification == Verification::link;
  if (intent == VerifyIntent::look || (intent == VerifyIntent::open_link && !by_link)) {
    return judged(VerifyOutcome::pending);
  }
  // The subscriber becomes an entrant: ticket, words and receipt are in this one write.
  std::array<unsigned char, 16> nonce{};
  random_.fill(nonce);
  stores.subscribers.verify(id, stores.campaigns.take_ticket(campaign->id), nonce, now);
  if (variant) stores.subscribers.set_words(id, variant->data, variant->locale, variant->consents);
  stores.variants.remove_all(id);
  stores.jobs.enqueue(
      new_job(job_kinds::kReceipt, {.campaign_id = campaign->id, .subscriber_id = id},
              options_.max_attempts),
      now);
  return judged(VerifyOutcome::verified);
}

}  // namespace promotions
