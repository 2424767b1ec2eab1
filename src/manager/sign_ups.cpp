#include "promotions/manager/sign_ups.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "manager/examined_sign_up.h"
#include "manager/fair_order.h"
#include "manager/known_addresses.h"
#include "promotions/base/encoding.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

constexpr Millis kDay = std::chrono::hours(24);
constexpr std::size_t kLimitedBytes = std::size_t{4} << 20U;  // for addresses without more mails
constexpr std::size_t kRowBytes = 256;  // about what a row takes, with its entries in indexes

// When an address may get its next mail, if its allowance is used up. Mails that are held back
// already count as used, and `limit` of them go out each day, so each full `limit` adds a day.
Time next_allowed(const MailAllowance& mails, int limit, Time now) {
  const int days = mails.used / limit;
  return mails.oldest.value_or(now) + days * kDay;
}

bool conceals(const Campaign& campaign) {
  return campaign.settings.duplicates == Duplicates::conceal;
}

}  // namespace

SignUps::SignUps(Storage& storage, Campaigns& campaigns, const Clock& clock, Random& random,
                 const TokenSigner& signer, const SignUpOptions& options)
    : storage_(storage),
      campaigns_(campaigns),
      clock_(clock),
      random_(random),
      signer_(signer),
      options_(options),
      limiter_(clock, random, options.sign_ups_per_minute),
      order_(std::make_unique<FairOrder>()),
      known_(std::make_unique<KnownAddresses>(random, KnownAddresses::kDefaultMaxBytes,
                                              options.resend_after)),
      limited_(std::make_unique<KnownAddresses>(random, kLimitedBytes)) {
  random_.fill(flow_key_);
  random_.fill(words_key_);
}

SignUps::~SignUps() = default;

// The result of a sign-up's write, and what memory may remember after its commit.
struct SignUps::Stored {
  SignUpResult result;
  // Another sign-up in the same words would change nothing: for ever if the address is verified,
  // otherwise until settled_until.
  bool is_verified = false;
  std::optional<Time> settled_until{};
  std::optional<Time> limited_until{};  // the address gets no mail before this time
};

void SignUps::add_subscriber(const SignUp& sign_up, Done<SignUpResult> done) {
  auto examination = examine(sign_up);
  if (auto* refused = std::get_if<SignUpResult>(&examination)) return done(std::move(*refused));
  auto& examined = std::get<Examined>(examination);
  if (sign_up.who.kind != Principal::Kind::owner) {
    if (const auto wait = limiter_.take(sign_up.who.network)) {
      return done(SignUpResult{.outcome = SignUpOutcome::too_many_sign_ups,
                               .campaign = examined.campaign,
                               .email = examined.subscriber.email,
                               .retry_after = *wait});
    }
  }
  // In a conceal campaign every sign-up is a write: a faster answer would give known addresses
  // away.
  const bool rejects = !conceals(*examined.campaign);
  if (rejects) {
    if (auto recalled = recall(examined)) return done(std::move(*recalled));
  }
  const Subscriber& subscriber = examined.subscriber;
  const std::size_t bytes = kRowBytes + subscriber.data.size() + 2 * subscriber.email.size();
  const auto shared = std::make_shared<const Examined>(std::move(examined));
  storage_.write_later(
      WriteSource::sign_ups, bytes,
      [this, shared](Stores& stores) { return store_sign_up(stores, *shared); },
      [this, rejects, shared, done = std::move(done)](Completion<Stored> completion) mutable {
        if (completion.has_failed()) return done(completion.error());
        Stored stored = completion.take();
        // Before `done`, so that the client's next request finds what it has caused.
        if (rejects) remember(*shared, stored);
        done(std::move(stored.result));
      });
}

// ---- Repeated sign-ups that memory can answer

// Answers a sign-up of a settled address; nullopt if the database must be asked.
std::optional<SignUpResult> SignUps::recall(const Examined& examined) const {
  const Subscriber& subscriber = examined.subscriber;
  const Time now = subscriber.created_at;
  const auto known =
      known_->find(subscriber.campaign_id, subscriber.email_key, words_of(subscriber), now);
  if (!known) return std::nullopt;
  if (!known->until) return examined.repeated(RepeatMail::none);
  // remember() was given the time of the mail plus resend_after.
  const Time mailed_at = *known->until - options_.resend_after;
  const Time due = mailed_at + wait_between_mails(*examined.campaign);
  if (now >= due) return std::nullopt;  // its link has expired, so another mail may go out
  if (limited_->is_settled(0, subscriber.email_key, now)) {
    return examined.repeated(RepeatMail::limited);
  }
  SignUpResult result = examined.repeated(RepeatMail::waiting);
  // Memory rounds times down to whole seconds: without the second added here, a client that waits
  // as told could come too early.
  result.retry_after = std::min(due + std::chrono::seconds(1) - now, options_.resend_after);
  result.mailed_at = mailed_at;
  return result;
}

// Called on the writer's thread, in the order of the commits.
void SignUps::remember(const Examined& examined, const Stored& stored) {
  const Subscriber& subscriber = examined.subscriber;
  if (stored.is_verified || stored.settled_until) {
    known_->remember(subscriber.campaign_id, subscriber.email_key,
                     stored.is_verified ? std::nullopt : stored.settled_until,
                     words_of(subscriber));
  }
  if (stored.limited_until) limited_->remember(0, subscriber.email_key, stored.limited_until);
}

std::uint32_t SignUps::words_of(const Subscriber& subscriber) const {
  std::string words = subscriber.locale;
  words.append("\n").append(subscriber.data);
  for (const Consent& consent : subscriber.consents) words.append("\n" + to_hex(consent.text));
  return static_cast<std::uint32_t>(short_hash(words_key_, words));
}

// ---- Storing a sign-up, within its write

SignUps::MailTurn SignUps::mail_turn(Stores& stores, const Subscriber& subscriber) const {
  const Time now = subscriber.created_at;
  const int limit = options_.mails_per_address_per_day;
  if (limit == 0) return {.at = now};
  MailAllowance mails = stores.subscribers.mails_since(subscriber.email_key, now - kDay, now);
  if (mails.used >= limit) return {.is_now = false, .at = next_allowed(mails, limit, now)};
  ++mails.used;
  MailTurn turn{.at = now};
  if (mails.used >= limit) turn.limited_until = next_allowed(mails, limit, now);
  return turn;
}

SignUps::Stored SignUps::store_sign_up(Stores& stores, const Examined& examined) const {
  const CampaignPtr& campaign = examined.campaign;
  const Subscriber& subscriber = examined.subscriber;
  // The campaign was open when memory was asked, but an earlier write may have stopped its list.
  const auto aliases = stores.campaigns.open_list(campaign->id);
  if (!aliases) return {.result = {SignUpOutcome::over, campaign, subscriber.email}};
  // Or its opening was put off, and then `aliases` was changed: email_key would be of the old form.
  if (*aliases != campaign->settings.aliases) {
    return {.result = {SignUpOutcome::not_yet, campaign, subscriber.email}};
  }
  const MailTurn turn = mail_turn(stores, subscriber);
  const Time now = subscriber.created_at;
  if (!turn.is_now && !conceals(*campaign) &&
      !stores.subscribers.find(campaign->id, subscriber.email_key)) {
    Stored refused{.result = {SignUpOutcome::too_many_mails, campaign, subscriber.email}};
    refused.result.retry_after = turn.at - now;
    return refused;
  }
  // A conceal campaign cannot say "too many mails" without giving the address away. It stores the
  // sign-up, and holds the mail back until turn.at.
  const auto id = stores.subscribers.insert(subscriber, turn.at);
  if (!id) return repeat_sign_up(stores, examined, turn);
  enqueue_mail(stores, job_kinds::kVerification, examined, *id, 0, turn);
  if (campaign->settings.reminder_after) enqueue_reminder(stores, examined, *id, turn);
  return {.result = {SignUpOutcome::accepted, campaign, subscriber.email},
          .settled_until = now + options_.resend_after,
          .limited_until = turn.limited_until};
}

// The earlier sign-up that a repeated one repeats.
struct SignUps::Known {
  std::int64_t subscriber_id = 0;
  std::int64_t variant = 0;  // 0: the first sign-up
  bool is_verified = false;
  Time created_at;
  Time mailed_at;
};

SignUps::Stored SignUps::repeat_sign_up(Stores& stores, const Examined& examined,
                                        const MailTurn& turn) const {
  const Subscriber& given = examined.subscriber;
  const auto subscriber = stores.subscribers.find(given.campaign_id, given.email_key);
  if (!subscriber) throw std::logic_error("a subscriber that is there and is not");
  // The sign-up gets here because memory forgets an address that is disqualified.
  if (subscriber->disqualified) {
    if (!conceals(*examined.campaign)) {
      return {.result = {SignUpOutcome::not_eligible, examined.campaign, given.email}};
    }
    stores.settings.touch();
    return {.result = {SignUpOutcome::accepted, examined.campaign, given.email}};
  }
  const auto known = find_known(stores, examined, *subscriber);
  if (!known) return add_variant(stores, examined, subscriber->id, turn);
  if (conceals(*examined.campaign)) {
    // Both ways are a write, and the answer is that of a first sign-up.
    if (is_due(*known, examined)) {
      mail_again(stores, examined, *known, turn);
    } else {
      stores.settings.touch();
    }
    return {.result = {SignUpOutcome::accepted, examined.campaign, given.email}};
  }
  if (known->is_verified) {
    return {.result = examined.repeated(RepeatMail::none), .is_verified = true};
  }
  if (!turn.is_now) {
    return {.result = examined.repeated(RepeatMail::limited), .limited_until = turn.at};
  }
  const Time now = given.created_at;
  if (is_due(*known, examined)) {
    mail_again(stores, examined, *known, turn);
    return {.result = examined.repeated(RepeatMail::sent),
            .settled_until = now + options_.resend_after,
            .limited_until = turn.limited_until};
  }
  Stored waiting{.result = examined.repeated(RepeatMail::waiting),
                 .settled_until = known->mailed_at + options_.resend_after};
  waiting.result.mailed_at = known->mailed_at;
  waiting.result.retry_after = known->mailed_at + wait_between_mails(*examined.campaign) - now;
  return waiting;
}

// Returns the sign-up with the same words; for a verified address, the first one, whatever is said
// now. nullopt: this sign-up says something new about a pending address.
std::optional<SignUps::Known> SignUps::find_known(Stores& stores, const Examined& examined,
                                                  const Subscriber& subscriber) const {
  const Subscriber& given = examined.subscriber;
  // No language means the campaign's, so naming that one is no difference.
  const std::string& campaign_locale = examined.campaign->settings.locale;
  const auto language = [&](const std::string& locale) -> const std::string& {
    return locale.empty() ? campaign_locale : locale;
  };
  const auto agrees = [&](const auto& other) {
    return other.data == given.data && language(other.locale) == language(given.locale) &&
           agree(other.consents, given.consents);
  };
  const bool is_verified = subscriber.verified_at.has_value();
  if (is_verified || agrees(subscriber)) {
    return Known{.subscriber_id = subscriber.id,
                 .is_verified = is_verified,
                 .created_at = subscriber.created_at,
                 .mailed_at = stores.subscribers.mailed_at(subscriber.id)};
  }
  for (const SignUpVariant& variant :
       stores.variants.list(subscriber.id, given.created_at - options_.variant_ttl)) {
    if (!agrees(variant)) continue;
    return Known{.subscriber_id = subscriber.id,
                 .variant = variant.id,
                 .created_at = variant.created_at,
                 .mailed_at = variant.mailed_at};
  }
  return std::nullopt;
}

// Stores another sign-up of a pending address beside those there are. Anybody can sign up any
// address, so it does not replace them: the words count whose mailed link is opened first.
SignUps::Stored SignUps::add_variant(Stores& stores, const Examined& examined,
                                     std::int64_t subscriber_id, const MailTurn& turn) const {
  const Subscriber& given = examined.subscriber;
  const Time now = given.created_at;
  const bool conceal = conceals(*examined.campaign);
  const SignUpResult concealed{SignUpOutcome::accepted, examined.campaign, given.email};
  const bool has_room = stores.variants.list(subscriber_id, now - options_.variant_ttl).size() <
                        options_.max_variants;
  if (!has_room || (!turn.is_now && !conceal)) {
    if (conceal) {
      stores.settings.touch();
      return {.result = concealed};
    }
    if (turn.is_now) return {.result = examined.repeated(RepeatMail::full)};
    return {.result = examined.repeated(RepeatMail::limited), .limited_until = turn.at};
  }
  Known added{.subscriber_id = subscriber_id, .created_at = now, .mailed_at = turn.at};
  added.variant = stores.variants.insert({.subscriber_id = subscriber_id,
                                          .data = given.data,
                                          .locale = given.locale,
                                          .consents = given.consents,
                                          .created_at = now,
                                          .mailed_at = turn.at});
  mail_again(stores, examined, added, turn);
  if (conceal) return {.result = concealed};
  return {.result = examined.repeated(RepeatMail::sent),
          .settled_until = now + options_.resend_after,
          .limited_until = turn.limited_until};
}

// While the link of the last mail is valid, the next mail waits for resend_after. An expired link
// is no reason to wait.
Millis SignUps::wait_between_mails(const Campaign& campaign) const {
  return std::min(options_.resend_after, campaign.settings.token_ttl);
}

// Is it time for another mail?
bool SignUps::is_due(const Known& known, const Examined& examined) const {
  const Time now = examined.subscriber.created_at;
  // If mailed_at is in the future, either the mail is held back until then, which only conceal
  // campaigns do, or the clock was set back since. In the latter case created_at may tell.
  const bool is_future = known.mailed_at > now + kClockSlack;
  if (is_future && conceals(*examined.campaign) && known.created_at <= now + kClockSlack) {
    return false;
  }
  const Millis wait =
      known.is_verified ? options_.resend_after : wait_between_mails(*examined.campaign);
  return is_future || now - known.mailed_at >= wait;
}

void SignUps::mail_again(Stores& stores, const Examined& examined, const Known& known,
                         const MailTurn& turn) const {
  const Time now = examined.subscriber.created_at;
  if (known.variant == 0) {
    stores.subscribers.set_mailed(known.subscriber_id, turn.at);
  } else {
    stores.variants.set_mailed(known.variant, turn.at);
  }
  // A mail that is held back counts for the day on which it goes out.
  if (turn.is_now) {
    stores.subscribers.count_mail(known.subscriber_id, now, now - kDay);
  } else {
    stores.subscribers.count_separately(examined.subscriber.email_key, turn.at);
  }
  const JobKind& kind = known.is_verified ? job_kinds::kAlreadyVerified : job_kinds::kVerification;
  enqueue_mail(stores, kind, examined, known.subscriber_id, known.variant, turn);
}

void SignUps::enqueue_mail(Stores& stores, const JobKind& kind, const Examined& examined,
                           std::int64_t subscriber_id, std::int64_t variant,
                           const MailTurn& turn) const {
  const Subscriber& subscriber = examined.subscriber;
  NewJob job = new_job(kind,
                       {.campaign_id = subscriber.campaign_id,
                        .subscriber_id = subscriber_id,
                        .argument = variant,
                        .run_at = turn.at},
                       options_.max_attempts);
  job.flow = static_cast<std::int64_t>(examined.flow);
  job.priority = next_rank(stores, examined.flow, subscriber.created_at);
  stores.jobs.enqueue(job, subscriber.created_at);
}

std::int64_t SignUps::next_rank(Stores& stores, std::uint64_t flow, Time now) const {
  return order_->next(flow, now, [&] {
    return stores.jobs.first_ready_priority(lanes::kMail, job_priorities::kVerification);
  });
}

// The job still has the rank it got when it was new, which by now is before everybody's.
std::int64_t SignUps::priority_when_due(Stores& stores, const Job& job, Time now) const {
  if (job.flow == 0) return job.priority;
  return next_rank(stores, static_cast<std::uint64_t>(job.flow), now);
}

}  // namespace promotions
