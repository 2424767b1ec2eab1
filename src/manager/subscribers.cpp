// The part of SignUps that manages the subscribers there are.
#include <algorithm>
#include <chrono>

#include "manager/known_addresses.h"
#include "manager/prize_changes.h"
#include "promotions/base/log.h"
#include "promotions/domain/email_address.h"
#include "promotions/manager/sign_ups.h"

namespace promotions {
namespace {

constexpr Millis kDay = std::chrono::hours(24);
constexpr int kPruneAtOnce = 1000;  // rows in one write, so that others wait some milliseconds only

}  // namespace

std::optional<SubscriberList> SignUps::subscribers(std::string_view slug,
                                                   const SubscriberFilter& filter) {
  const CampaignPtr campaign = campaigns_.find(slug);
  if (!campaign) return std::nullopt;
  // A whole address also finds a subscriber who signed up under another name of the same mailbox.
  SubscriberFilter looked_for = filter;
  const auto whole = EmailAddress::parse(filter.text);
  if (whole) looked_for.email_key = key_of(*whole, campaign->settings.aliases);
  return storage_.read([&](const Stores& stores) {
    SubscriberList list{stores.subscribers.list(campaign->id, looked_for), {}};
    const bool any_consents =
        std::any_of(list.subscribers.begin(), list.subscribers.end(),
                    [](const Subscriber& one) { return !one.consents.empty(); });
    if (any_consents) list.consent_texts = stores.consents.texts(campaign->id);
    return list;
  });
}

EraseOutcome SignUps::erase_subscriber(const Principal& who, std::string_view slug,
                                       std::int64_t subscriber_id) {
  const CampaignPtr campaign = campaigns_.find(slug);
  if (!campaign) return EraseOutcome::no_such_campaign;
  const auto erased = storage_.write([&](Stores& stores) -> std::optional<std::string> {
    const auto subscriber = stores.subscribers.find(subscriber_id);
    if (!subscriber || subscriber->campaign_id != campaign->id || subscriber->email.empty()) {
      return std::nullopt;
    }
    erase(stores, *subscriber);
    return subscriber->email_key;
  });
  if (!erased) return EraseOutcome::no_such_subscriber;
  known_->forget(campaign->id, *erased);
  logs::info("campaign={} subscriber={} erased by {}", campaign->id, subscriber_id, to_text(who));
  return EraseOutcome::erased;
}

// Erases all that is personal, within a write; an organiser and the participant cause the same.
void SignUps::erase(Stores& stores, const Subscriber& subscriber) const {
  const std::int64_t campaign_id = subscriber.campaign_id;
  const Time now = clock_.now();
  // After the seal an entrant's row stays with its ticket, which tells who was drawn.
  const bool is_sealed = subscriber.ticket && stores.draws.find(campaign_id);
  stores.subscribers.erase(subscriber.id, is_sealed, now - kDay);
  // A seal that is under way must compute the list again.
  if (!is_sealed) stores.campaigns.count_list_change(campaign_id);
  stores.draws.forget_correction(campaign_id, subscriber.id);
  const auto current = stores.campaigns.find(campaign_id);
  if (current && current->finished_at) {
    PrizeChanges(stores, *current, now, options_.max_attempts).withdraw(subscriber.id);
  }
}

void SignUps::forget_address(std::int64_t campaign_id, std::string_view email_key) {
  known_->forget(campaign_id, email_key);
}

bool SignUps::forget_old(Stores& stores, Time now) const {
  const int counts = stores.subscribers.prune_erased(now - kDay, kPruneAtOnce);
  const int variants = stores.variants.prune(now - options_.variant_ttl, kPruneAtOnce);
  return counts == kPruneAtOnce || variants == kPruneAtOnce;
}

}  // namespace promotions
