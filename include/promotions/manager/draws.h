// The rules of the draw, from stopping the list to claiming the prizes. Each step is committed
// before the next one begins, so a draw that is interrupted continues where it was.
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
#include "promotions/domain/email_address.h"
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
  finishing,  // the list is stopped; the draw is under way, or waits for its beacon
  no_such_campaign,
  no_verified_subscribers,  // or all are excluded or disqualified; the list stays open
  not_closed,               // closes_at has not come
  not_sealed,               // a value comes after the seal, which everybody must have seen before
  value_known,              // the beacon's event has happened: a list sealed now proves nothing
  invalid_value,            // it is not in the beacon's format, or the beacon takes none
  value_fixed,              // another value was given before, and counts
};

// Why the draw still waits for its beacon.
struct BeaconWait {
  std::string reason;  // what each relay answered; empty: the round is not due yet, or not known
  int attempts = 0;
  Time since;
  Time next_try;
};

struct FinishResult {
  FinishOutcome outcome = FinishOutcome::no_such_campaign;
  CampaignPtr campaign{};  // null for no_such_campaign
  std::int64_t entrants = 0;
  std::vector<Drawn> drawn{};          // if finished: winners, then alternates,
  std::vector<DrawEvent> events{};     // and what has happened to the prizes since
  std::string problem{};               // if invalid_value: what is wrong with it
  bool needs_value = false;            // if finishing: sealed, and an administrator must give it
  std::optional<BeaconWait> beacon{};  // if finishing: relays are asked, or will be
};

// A round of a beacon, and when it is due.
struct BeaconRound {
  std::int64_t round = 0;
  Time at;
};
// Returns the round of a list that is sealed at a time, with the campaign's draw_delay. Called on
// the writer's thread; must be quick.
using ChooseRound = std::function<BeaconRound(Time sealed_at, Millis draw_delay)>;

// Returns the published reason for an event in which a prize passed on without an administrator.
// The event stores it beside its kind. Called on the writer's thread; must be quick.
using ReasonFor = std::function<std::string(DrawEventKind, Locale)>;

enum class NotPublished { no_such_campaign, not_sealed, not_drawn, no_such_ticket };
template <typename T>
using Published = std::variant<T, NotPublished>;

// Proves that an entrant is in the sealed list.
struct Proof {
  std::int64_t ticket = 0;
  std::uint64_t index = 0;  // of the entrant in the list, from 0
  Hash key{};
  Hash leaf{};
  std::uint64_t entrants = 0;
  Hash root{};
  std::vector<Hash> path;  // from the leaf to the root, RFC 6962 §2.1.1
};

// Why nobody in the sealed list has a ticket.
enum class NotEntered {
  unknown,       // it was never given, or its owner was erased before the seal
  excluded,      // the campaign excludes the address
  disqualified,  // by the organiser, before the seal
};

enum class DisqualifyOutcome {
  disqualified,
  no_such_campaign,
  no_such_subscriber,
  no_such_position,
  not_drawn,
  already_sealed,
  already_disqualified,
  passed_on,  // the position has lost its prize already
};
struct DisqualifyResult {
  DisqualifyOutcome outcome = DisqualifyOutcome::no_such_campaign;
  DrawEvent event{};  // if disqualified after the draw
};

enum class CorrectOutcome {
  corrected,
  no_such_campaign,
  no_such_position,
  not_drawn,
  not_unreachable,  // the winner's mail is on its way, or was taken, or nobody is to be mailed
};
struct CorrectResult {
  CorrectOutcome outcome = CorrectOutcome::no_such_campaign;
  FinishResult now{};  // if corrected
};

enum class ClaimOutcome {
  claimed,
  already_claimed,
  pending,  // could be claimed, but the intent was only to look: see VerifyIntent
  invalid_token,
  over  // the time is over, or the prize was taken back
};
struct ClaimResult {
  ClaimOutcome outcome = ClaimOutcome::invalid_token;
  CampaignPtr campaign{};  // null for invalid_token
  std::string locale{};    // the winner's language; empty: the campaign's
  Drawn drawn{};
  std::optional<Prize> prize{};  // absent: none is listed
};

// Thread-safe. Borrows what it is constructed with. Functions that write return after the commit;
// all functions may throw Overloaded and StorageUnavailable.
class Draws {
 public:
  // `max_attempts`: how often a mail is tried.
  Draws(Storage& storage, Campaigns& campaigns, SignUps& sign_ups, const Clock& clock,
        const TokenSigner& signer, int max_attempts)
      : storage_(storage),
        campaigns_(campaigns),
        sign_ups_(sign_ups),
        clock_(clock),
        signer_(signer),
        max_attempts_(max_attempts) {}

  // Stops the list and waits up to `patience` for the draw. Jobs do the work, so it continues if
  // nobody waits, and after a restart. `value` is that of a public beacon: the first one that is
  // given counts.
  FinishResult finish_campaign(const Principal& who, std::string_view slug,
                               const std::optional<std::string>& value, Millis patience);
  FinishResult finish_campaign(const Principal& who, std::string_view slug, Millis patience) {
    return finish_campaign(who, slug, std::nullopt, patience);
  }
  // Reports how the draw stands, without changing anything. The outcome is finishing for every
  // campaign that is not finished, even if its list is still open.
  FinishResult peek_finish(std::string_view slug);

  // The steps that jobs run. Repeating one changes nothing.
  //
  // Computes the root of the list and publishes the seal, or opens the list again if there are no
  // entrants. `choose_round` is called if the campaign's beacon is drand.
  void seal(std::int64_t campaign_id, const ChooseRound& choose_round = {});
  // Draws among the sealed entrants. `said` is what a drand round said; the values of other beacons
  // are in the database. Does nothing while the value is not known.
  void draw(std::int64_t campaign_id, const std::optional<BeaconAnswer>& said = std::nullopt);
  // Passes the prize of `position` on if it was not claimed in time. Does nothing while there is
  // still time, or while the winner's mail waits to be sent. `reason_for` is called if the prize
  // passes on.
  void end_claim(std::int64_t campaign_id, int position, const ReasonFor& reason_for);
  // Enqueues the mails to entrants that were not drawn, in short writes.
  void tell_not_drawn(std::int64_t campaign_id);

  // What everybody may read.
  Published<Seal> seal_of(std::string_view slug);
  Published<Transcript> transcript(std::string_view slug);
  Published<Proof> proof(std::string_view slug, std::int64_t ticket);
  // For a ticket that proof() does not find.
  NotEntered why_not_entered(const Campaign& campaign, std::int64_t ticket);
  // The leaves of the chunk with that number (0, 1, 2, …); empty: there is no such chunk.
  std::vector<Hash> leaves(std::int64_t campaign_id, std::int64_t chunk);
  std::vector<Drawn> drawn(std::int64_t campaign_id);

  // Before the seal: the subscriber becomes no entrant. `reason` is published.
  DisqualifyResult disqualify_subscriber(const Principal& who, std::string_view slug,
                                         std::int64_t subscriber_id, std::string_view reason);
  // After the draw: takes the prize, or the turn of an alternate, from whoever was drawn at
  // `position`; the first waiting alternate gets the prize. `reason` is published; it must satisfy
  // is_event_reason().
  DisqualifyResult disqualify(const Principal& who, std::string_view slug, int position,
                              std::string_view reason);

  // Mails the winner at `position` at another address, after the mail to the own one was refused
  // for good. Ticket and leaf stay those of the sign-up. The time to claim begins anew.
  CorrectResult correct_address(const Principal& who, std::string_view slug, int position,
                                const EmailAddress& email);

  // Claims the prize that a winner's mail links to, if `intent` is to confirm; opening the link
  // only looks.
  ClaimResult claim(std::string_view token, VerifyIntent intent);

  // Hooks for the jobs of winners' mails. The time to claim begins when the mail server has
  // accepted the mail, or when the mail will not be sent any more; in the latter case the organiser
  // gets a mail that says so. The hooks borrow this object.
  JobHooks hooks() const;

 private:
  struct List;
  List store_list(const Campaign& campaign);
  std::vector<Drawn> choose(std::int64_t campaign_id, const Draw& draw, const Seed& seed);
  void store_drawn(Stores& stores, std::int64_t campaign_id, const std::vector<Drawn>& drawn) const;
  FinishOutcome stop_list(const Campaign& campaign, const std::optional<std::string>& value);
  void winner_mail_ended(Stores& stores, const Job& job, JobEnding ending, Time now) const;
  void winner_mail_revived(Stores& stores, const Job& job) const;
  std::optional<Time> start_clock(Stores& stores, const Campaign& campaign, int position,
                                  Time now) const;
  void enqueue_reminder(Stores& stores, const Campaign& campaign, const Drawn& drawn,
                        Time until) const;
  void enqueue_end_claim(Stores& stores, std::int64_t campaign_id, int position, Time at) const;
  void enqueue_mail(Stores& stores, const JobKind& kind, std::int64_t campaign_id,
                    std::int64_t subscriber_id = 0, std::int64_t argument = 0) const;

  Storage& storage_;
  Campaigns& campaigns_;
  SignUps& sign_ups_;
  const Clock& clock_;
  const TokenSigner& signer_;
  const int max_attempts_;
  Mutex sealing_;  // held by seal(): one list is computed at a time
};

}  // namespace promotions
