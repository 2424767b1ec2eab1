// CampaignManager's part that verifies subscribers.
#include <array>

#include "promotions/manager/campaign_manager.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

constexpr std::size_t kRowBytes = 256;  // about a row's own, and its entries in indexes

}  // namespace

// What became of a token, and whose it is.
struct CampaignManager::Judged {
  VerifyResult result{};
  std::string email_key{};
};

void CampaignManager::verify_subscriber(std::string_view token, VerifyIntent intent,
                                        Done<VerifyResult> done) {
  const auto claim = TokenSigner::decode(token);
  if (!claim) return done(VerifyResult{});
  storage_.write_later(
      WriteLine::verifications, kRowBytes,
      [this, claim = *claim, intent](Stores& stores) { return verify(stores, claim, intent); },
      [this, done = std::move(done)](Completion<Judged> completion) mutable {
        if (completion.has_failed()) return done(completion.error());
        Judged judged = completion.take();
        const VerifyResult& result = judged.result;
        if (result.outcome == VerifyOutcome::verified &&
            result.campaign->settings.duplicates == Duplicates::reject) {
          remember(result.campaign->id, judged.email_key, std::nullopt);
        }
        done(std::move(judged.result));
      });
}

VerifyResult CampaignManager::verify_subscriber(std::string_view token, VerifyIntent intent) {
  return wait_for<VerifyResult>(
      [&](Done<VerifyResult> done) { verify_subscriber(token, intent, std::move(done)); });
}

CampaignManager::Judged CampaignManager::verify(Stores& stores, const TokenClaim& claim,
                                                VerifyIntent intent) const {
  auto subscriber = stores.subscribers.find(claim.subscriber_id);
  if (!subscriber) return {};
  const TokenSubject subject{TokenPurpose::verify, subscriber->campaign_id, subscriber->id,
                             subscriber->email_key};
  if (!signer_.matches(claim, subject)) return {};
  const CampaignPtr campaign = find(subscriber->campaign_id);
  if (!campaign) return {};
  const auto judged = [&](VerifyOutcome outcome) {
    return Judged{{outcome, campaign}, std::move(subscriber->email_key)};
  };
  const Time now = clock_.now();
  if (subscriber->verified_at) return judged(VerifyOutcome::already_verified);
  if (!stores.campaigns.is_list_open(campaign->id)) return judged(VerifyOutcome::not_open);
  if (now >= claim.issued_at + campaign->settings.token_ttl) return judged(VerifyOutcome::expired);
  const bool by_link = campaign->settings.verification == Verification::link;
  if (intent == VerifyIntent::look || (intent == VerifyIntent::open_link && !by_link)) {
    return judged(VerifyOutcome::pending);
  }
  std::array<unsigned char, 16> nonce{};
  random_.fill(nonce);
  stores.subscribers.verify(subscriber->id, stores.campaigns.take_ticket(campaign->id), nonce, now);
  stores.jobs.enqueue({.lane = lanes::kMail,
                       .kind = job_kinds::kReceipt,
                       .campaign_id = campaign->id,
                       .subscriber_id = subscriber->id,
                       .priority = job_priorities::kReceipt,
                       .max_attempts = options_.max_attempts},
                      now);
  return judged(VerifyOutcome::verified);
}

}  // namespace promotions
