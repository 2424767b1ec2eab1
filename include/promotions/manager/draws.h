// From a list that is stopped to prizes that are claimed: the rules of the draw, in steps each of
// which is committed, so that one that is interrupted goes on where it was.
//
//   finish_campaign()  stops the list                       (request)
//   seal()             computes and publishes its root      (job)
//   draw()             draws, once the beacon has its value (job)
//   disqualify(), end_claim(), claim()                      afterwards
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/mutex.h"
#include "promotions/base/random.h"
#include "promotions/domain/locale.h"
#include "promotions/domain/token.h"
#include "promotions/domain/transcript.h"
#include "promotions/manager/campaigns.h"
#include "promotions/manager/job_kinds.h"
#include "promotions/manager/principal.h"
#include "promotions/manager/sign_ups.h"
#include "promotions/queue/job_hooks.h"
#include "promotions/storage/storage.h"

namespace promotions {

enum class FinishOutcome {
  finished,
  finishing,
  no_such_campaign,
  no_verified_subscribers,  // or none that is not excluded; the list is open as before
  value_not_wanted,         // the campaign's beacon is no public one
  invalid_value,
  value_fixed,  // another one was given before
};

// Why a beacon has not spoken yet.
struct BeaconWait {
  std::string reason;  // what each relay answered; empty: its time has not come, or is not known
  int attempts = 0;
  Time since;
  Time next_try;
};

struct FinishResult {
  FinishOutcome outcome = FinishOutcome::no_such_campaign;
  CampaignPtr campaign{};  // null for no_such_campaign
  std::int64_t entrants = 0;
  std::vector<Drawn> drawn{};          // of finished: winners, then alternates
  bool needs_value = false;            // of finishing: sealed, and waits for the administrator
  std::optional<BeaconWait> beacon{};  // of finishing: relays are asked, or will be
};

// When a round of a beacon is there.
struct BeaconRound {
  std::int64_t round = 0;
  Time at;
};
// The first round at a time or later.
using ChooseRound = std::function<BeaconRound(Time)>;

// Why a prize passed on by itself, for everybody to read: the event keeps these words beside its
// kind.
using ReasonFor = std::function<std::string(DrawEventKind, Locale)>;

enum class NotPublished { no_such_campaign, not_sealed, not_drawn, no_such_ticket };
template <typename T>
using Published = std::variant<T, NotPublished>;

// That an entrant is in the sealed list.
struct Proof {
  std::int64_t ticket = 0;
  std::uint64_t index = 0;
  Hash leaf{};
  std::uint64_t entrants = 0;
  Hash root{};
  std::vector<Hash> path;  // RFC 6962 §2.1.1
};

enum class DisqualifyOutcome {
  disqualified,
  no_such_campaign,
  no_such_subscriber,
  no_such_position,
  not_drawn,
  already_sealed,
  already_disqualified,
};
struct DisqualifyResult {
  DisqualifyOutcome outcome = DisqualifyOutcome::no_such_campaign;
  DrawEvent event{};  // of disqualified, after the draw
};

enum class ClaimOutcome { claimed, already_claimed, pending, invalid_token, over };
struct ClaimResult {
  ClaimOutcome outcome = ClaimOutcome::invalid_token;
  CampaignPtr campaign{};  // null for invalid_token
  std::string locale{};    // the winner's; empty: the campaign's
  Drawn drawn{};
};

// Thread-safe. Functions that write return after the commit, and may throw Overloaded and
// StorageUnavailable.
class Draws {
 public:
  // `max_attempts`: of mail jobs.
  Draws(Storage& storage, Campaigns& campaigns, SignUps& sign_ups, const Clock& clock,
        const TokenSigner& signer, int max_attempts)
      : storage_(storage),
        campaigns_(campaigns),
        sign_ups_(sign_ups),
        clock_(clock),
        signer_(signer),
        max_attempts_(max_attempts) {}

  // Stops the list, and waits up to `patience` for the result, which jobs bring about also if this
  // process does not live to see it. `value`: of a public beacon, kept with the first request that
  // gives one.
  FinishResult finish_campaign(const Principal& who, std::string_view slug,
                               const std::optional<std::string>& value, Millis patience);
  FinishResult finish_campaign(const Principal& who, std::string_view slug, Millis patience) {
    return finish_campaign(who, slug, std::nullopt, patience);
  }
  FinishResult peek_finish(std::string_view slug);  // changes nothing; finishing: not finished yet

  // The steps, for jobs. Repeating one changes nothing.
  //
  // Publishes the list. `choose_round` is asked if the campaign's beacon is drand's.
  void seal(std::int64_t campaign_id, const ChooseRound& choose_round = {});
  // Draws among what was sealed. `value`: of a beacon that jobs ask; others are known.
  void draw(std::int64_t campaign_id, const std::optional<std::string>& value = std::nullopt);
  // The time of a claim is over: the prize of whoever did not claim passes on. Nothing happens
  // before its time, or while the winner's mail waits. `reason_for` is asked if it passes on.
  void end_claim(std::int64_t campaign_id, int position, const ReasonFor& reason_for);
  // Enqueues the mails to entrants that were not drawn, in short writes.
  void tell_not_drawn(std::int64_t campaign_id);

  // What is public.
  Published<Seal> seal_of(std::string_view slug);
  Published<Transcript> transcript(std::string_view slug);
  Published<Proof> proof(std::string_view slug, std::int64_t ticket);
  // The leaves of one chunk after the other; empty: no more.
  std::vector<Hash> leaves(std::int64_t campaign_id, std::int64_t chunk);
  std::vector<Drawn> drawn(std::int64_t campaign_id);

  DisqualifyResult disqualify_subscriber(const Principal& who, std::string_view slug,
                                         std::int64_t subscriber_id, std::string_view reason);
  DisqualifyResult disqualify(const Principal& who, std::string_view slug, int position,
                              std::string_view reason);

  ClaimResult claim(std::string_view token, VerifyIntent intent);

  // Follow what becomes of winners' mails: the time to claim runs once the mail was taken, or will
  // not be sent any more, which the organiser is told.
  JobHooks hooks() const;

 private:
  struct List;
  List store_list(const Campaign& campaign);
  FinishOutcome stop_list(const Campaign& campaign, const std::optional<std::string>& value);
  DrawEvent take_out(Stores& stores, const Campaign& campaign, const std::vector<Drawn>& drawn,
                     DrawEvent event) const;
  void winner_mail_ended(Stores& stores, const Job& job, JobEnding ending, Time now) const;
  void winner_mail_revived(Stores& stores, const Job& job) const;
  std::optional<Time> start_clock(Stores& stores, const Campaign& campaign, int position,
                                  Time now) const;
  void enqueue_end_claim(Stores& stores, std::int64_t campaign_id, int position, Time at) const;
  void enqueue_mail(Stores& stores, const JobKind& kind, std::int64_t campaign_id,
                    std::int64_t subscriber_id = 0, std::int64_t argument = 0) const;

  Storage& storage_;
  Campaigns& campaigns_;
  SignUps& sign_ups_;
  const Clock& clock_;
  const TokenSigner& signer_;
  const int max_attempts_;
  Mutex sealing_;  // one list at a time is computed
};

}  // namespace promotions
