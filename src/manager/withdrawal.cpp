// The part of SignUps with which participants erase their own entry.
#include "manager/known_addresses.h"
#include "promotions/base/log.h"
#include "promotions/manager/sign_ups.h"

namespace promotions {
namespace {

constexpr std::size_t kRowBytes = 256;  // about what a row takes, with its entries in indexes

}  // namespace

// The result for a token, and whom it erased.
struct SignUps::Withdrawn {
  WithdrawResult result{};
  std::int64_t subscriber_id = 0;
  std::string email_key{};
};

void SignUps::withdraw(std::string_view token, VerifyIntent intent, Done<WithdrawResult> done) {
  const auto claim = TokenSigner::decode(token);
  // Nothing is told before this check: anybody can make up a token. It needs no row, so a forged
  // token gets the same answer whether the entry is there, was there, or never was.
  if (!claim || !signer_.matches(*claim, withdrawal_of(claim->subscriber_id))) {
    return done(WithdrawResult{});
  }
  storage_.write_later(
      WriteSource::verifications, kRowBytes,
      [this, claim = *claim, intent](Stores& stores) { return withdraw(stores, claim, intent); },
      [this, done = std::move(done)](Completion<Withdrawn> completion) mutable {
        if (completion.has_failed()) return done(completion.error());
        Withdrawn withdrawn = completion.take();
        const WithdrawResult& result = withdrawn.result;
        // On the writer's thread, in the order of the commits, and before `done`.
        if (result.outcome == WithdrawOutcome::withdrawn) {
          known_->forget(result.campaign->id, withdrawn.email_key);
          logs::info("campaign={} subscriber={} withdrew", result.campaign->id,
                     withdrawn.subscriber_id);
        }
        done(std::move(withdrawn.result));
      });
}

SignUps::Withdrawn SignUps::withdraw(Stores& stores, const TokenClaim& claim,
                                     VerifyIntent intent) const {
  const auto subscriber = stores.subscribers.find(claim.subscriber_id);
  // The number is somebody else's, after a backup that is older than the entry was restored.
  const bool is_other = subscriber && subscriber->verified_at != claim.issued_at;
  const CampaignPtr campaign =
      subscriber && !is_other ? campaigns_.find(subscriber->campaign_id) : nullptr;
  if (!campaign) return {{.outcome = WithdrawOutcome::already_withdrawn}};
  Withdrawn judged{{.campaign = campaign,
                    .locale = subscriber->locale,
                    .ticket = subscriber->ticket,
                    .is_sealed = stores.draws.find(campaign->id).has_value()},
                   subscriber->id,
                   subscriber->email_key};
  WithdrawOutcome& outcome = judged.result.outcome;
  if (subscriber->email_key.empty()) {
    outcome = WithdrawOutcome::already_withdrawn;
  } else if (subscriber->disqualified && !judged.result.is_sealed) {
    outcome = WithdrawOutcome::disqualified;
  } else if (intent != VerifyIntent::confirm) {
    outcome = WithdrawOutcome::pending;
  } else {
    erase(stores, *subscriber);
    outcome = WithdrawOutcome::withdrawn;
  }
  return judged;
}

}  // namespace promotions
