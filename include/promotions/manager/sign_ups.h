// The rules and limits for signing up, verifying an address, and managing subscribers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "promotions/base/completion.h"
#include "promotions/base/limiter.h"
#include "promotions/base/random.h"
#include "promotions/base/short_hash.h"
#include "promotions/domain/entry_field.h"
#include "promotions/domain/field_error.h"
#include "promotions/domain/subscriber.h"
#include "promotions/domain/token.h"
#include "promotions/manager/campaigns.h"
#include "promotions/manager/job_kinds.h"
#include "promotions/manager/principal.h"
#include "promotions/storage/storage.h"

namespace promotions {

class FairOrder;
class KnownAddresses;

struct SignUp {
  std::string_view campaign{};  // slug
  std::string_view email{};
  Json data = Json::object();  // an object, checked by the campaign's fields
  std::string locale{};        // a tag of domain/locale; empty: the campaign's
  Principal who{};             // the owner is not limited
  DataForm form = DataForm::json;
  Json age_confirmed{};  // as given; null: it was not
  FieldErrors errors{};  // what is wrong with other parts of the request, to be told with the rest
};

enum class SignUpOutcome {
  accepted,  // stored, and a mail is queued; conceal campaigns say this of known addresses
  already_registered,  // RepeatMail tells whether a mail was queued
  invalid_email,
  invalid_fields,  // `errors` says which; the address may be one of them
  no_such_campaign,
  not_yet,            // the campaign is not open yet
  over,               // it takes no entries any more
  not_eligible,       // the campaign excludes the address, or the subscriber is disqualified
  too_many_sign_ups,  // from this client within a minute; nothing was stored
  too_many_mails,     // to this address today; nothing was stored
};

// Which mail a repeated sign-up causes.
enum class RepeatMail {
  none,     // none, because the address is verified
  sent,     // the verification mail is queued again
  waiting,  // none yet, because the last one is recent
  limited,  // none today, because the address has had as many as it may get
  full,     // none: too many different sign-ups of the address wait to be confirmed already
};

struct SignUpResult {
  SignUpOutcome outcome = SignUpOutcome::accepted;
  CampaignPtr campaign{};              // null for no_such_campaign; may be null for invalid_…
  std::string email{};                 // as stored; empty for no_such_campaign and invalid_…
  RepeatMail mail = RepeatMail::none;  // for already_registered
  Millis retry_after{0};               // for too_many_…, and for RepeatMail::waiting
  Time mailed_at{};                    // for RepeatMail::waiting
  // For invalid_fields: "email", "data.NAME" with the codes of read_entry_data(), "age_confirmed"
  // with `required` or `wrong_type`, and SignUp::errors; in the order of a form.
  FieldErrors errors{};
};

// Subscribers, and the texts that their consents name.
struct SubscriberList {
  std::vector<Subscriber> subscribers;
  std::map<Hash, std::string> consent_texts;  // empty if none of them has consented to anything
};

enum class VerifyOutcome {
  verified,
  already_verified,
  pending,  // could be verified, but the intent was only to look: see VerifyIntent
  invalid_token,
  expired,
  over,          // the list has been stopped
  not_eligible,  // the campaign excludes the address, or the subscriber is disqualified
};

struct VerifyResult {
  VerifyOutcome outcome = VerifyOutcome::invalid_token;
  CampaignPtr campaign{};   // null for invalid_token
  std::string locale{};     // of the sign-up whose link this is; empty: the campaign's
  bool may_sign_up = true;  // for expired: is the campaign open?
};

enum class VerifyIntent {
  look,       // changes nothing
  open_link,  // verifies, unless the campaign asks for a confirmation
  confirm,    // verifies
};

enum class WithdrawOutcome {
  withdrawn,          // the entry is erased
  already_withdrawn,  // there is no such entry any more
  pending,            // could be withdrawn, but the intent was only to look
  disqualified,       // before the seal only an organiser erases: else the address could enter anew
  invalid_token,
};

struct WithdrawResult {
  WithdrawOutcome outcome = WithdrawOutcome::invalid_token;
  CampaignPtr campaign{};  // null if it is not known any more, and for invalid_token
  std::string locale{};    // of the sign-up; empty: the campaign's, or not known any more
  std::optional<std::int64_t> ticket{};
  bool is_sealed = false;  // the list is sealed, so the ticket stays in it
};

// Whether a subscriber is mailed once more to confirm.
struct ReminderTurn {
  enum class Kind { now, later, never };
  Kind kind = Kind::never;
  std::string reason{};      // for later and never: one line for the job
  Millis wait{0};            // for later
  Time issued_at{};          // for now: of its link
  std::int64_t variant = 0;  // for now: the sign-up whose words it shows; 0: the first
};

enum class EraseOutcome { erased, no_such_campaign, no_such_subscriber };

struct SignUpOptions {
  int max_attempts = 100;             // how often a mail is tried
  int sign_ups_per_minute = 0;        // from each client; 0: no limit
  int mails_per_address_per_day = 5;  // verification mails, over all campaigns; 0: no limit
  Millis resend_after = std::chrono::minutes(10);  // a repeated sign-up then sends another mail
  // Variants: further sign-ups of a pending address with other data, language or consents. At most
  // so many are kept for an address, and their links are valid for so long.
  std::size_t max_variants = 5;
  Millis variant_ttl = std::chrono::hours(24);
};

// Thread-safe. Known addresses are kept in memory as far as there is room, so that most repeated
// sign-ups are answered without the database. Functions that write return after the commit, and may
// throw Overloaded and StorageUnavailable; functions with `done` pass these to `done` instead.
class SignUps {
 public:
  SignUps(Storage& storage, Campaigns& campaigns, const Clock& clock, Random& random,
          const TokenSigner& signer, const SignUpOptions& options);
  ~SignUps();

  // `done` is called on the writer's thread after the commit; or at once on the caller's thread if
  // memory can answer, or if the write is refused. It must be quick. A sign-up that is refused for
  // its address or its campaign does not count against the client's limit.
  void add_subscriber(const SignUp& sign_up, Done<SignUpResult> done);

  // Verifies the subscriber whom `token` names, as far as `intent` goes. `done` as above.
  void verify_subscriber(std::string_view token, VerifyIntent intent, Done<VerifyResult> done);

  // Erases the entry of a participant who withdraws by the link in the receipt, whose token this
  // is. It does so for the intent `confirm` only, because scanners open links. `done` as above.
  void withdraw(std::string_view token, VerifyIntent intent, Done<WithdrawResult> done);

  // nullopt if there is no such campaign.
  std::optional<SubscriberList> subscribers(std::string_view slug, const SubscriberFilter& filter);
  EraseOutcome erase_subscriber(const Principal& who, std::string_view slug,
                                std::int64_t subscriber_id);

  // Removes an address from memory, so that its next sign-up asks the database. Call it after
  // committing a change of the subscriber that memory cannot know.
  void forget_address(std::int64_t campaign_id, std::string_view email_key);

  // Decides about a job of the kind `reminder`, and counts its mail when it may go out for the
  // first time.
  ReminderTurn begin_reminder(const Job& job);

  // Call within a write, when a scheduled job becomes ready. Returns its new priority: that of its
  // client's next mail. Jobs that belong to no client keep theirs.
  std::int64_t priority_when_due(Stores& stores, const Job& job, Time now) const;
  // Call within a write. Deletes counts of mails that are older than a day, and variants that were
  // not confirmed in time, up to 1000 of each. True: there are more.
  bool forget_old(Stores& stores, Time now) const;
  // When the link of a variant expires. It is deleted some time after.
  Time end_of(const SignUpVariant& variant) const {
    return variant.mailed_at + options_.variant_ttl;
  }

 private:
  struct Judged;
  Judged verify(Stores& stores, const TokenClaim& claim, VerifyIntent intent) const;

  struct Withdrawn;
  Withdrawn withdraw(Stores& stores, const TokenClaim& claim, VerifyIntent intent) const;
  void erase(Stores& stores, const Subscriber& subscriber) const;

  struct Examined;
  struct MailTurn;
  struct Known;
  struct Stored;
  std::variant<SignUpResult, Examined> examine(const SignUp& sign_up) const;
  std::optional<SignUpResult> recall(const Examined& examined) const;
  void remember(const Examined& examined, const Stored& stored);
  std::uint32_t words_of(const Subscriber& subscriber) const;
  MailTurn mail_turn(Stores& stores, const Subscriber& subscriber) const;
  Stored store_sign_up(Stores& stores, const Examined& examined) const;
  Stored repeat_sign_up(Stores& stores, const Examined& examined, const MailTurn& turn) const;
  Stored add_variant(Stores& stores, const Examined& examined, std::int64_t subscriber_id,
                     const MailTurn& turn) const;
  std::optional<Known> find_known(Stores& stores, const Examined& examined,
                                  const Subscriber& subscriber) const;
  Millis wait_between_mails(const Campaign& campaign) const;
  bool is_due(const Known& known, const Examined& examined) const;
  void mail_again(Stores& stores, const Examined& examined, const Known& known,
                  const MailTurn& turn) const;
  void enqueue_mail(Stores& stores, const JobKind& kind, const Examined& examined,
                    std::int64_t subscriber_id, std::int64_t variant, const MailTurn& turn) const;
  void enqueue_reminder(Stores& stores, const Examined& examined, std::int64_t subscriber_id,
                        const MailTurn& turn) const;
  std::int64_t next_rank(Stores& stores, std::uint64_t flow, Time now) const;

  Storage& storage_;
  Campaigns& campaigns_;
  const Clock& clock_;
  Random& random_;
  const TokenSigner& signer_;
  const SignUpOptions options_;

  Limiter limiter_;                         // sign-ups by client
  ShortHashKey flow_key_{};                 // constant after construction
  ShortHashKey words_key_{};                // constant after construction
  const std::unique_ptr<FairOrder> order_;  // of verification mails; used on the writer's thread
  const std::unique_ptr<KnownAddresses> known_;
  // Addresses that get no mail today. The limit holds over all campaigns, so the campaign is 0.
  const std::unique_ptr<KnownAddresses> limited_;
};

}  // namespace promotions
