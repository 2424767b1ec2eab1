// Signing up, confirming it, and what becomes of subscribers: the rules and every limit.
#pragma once

#include <cstdint>
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
#include "promotions/domain/subscriber.h"
#include "promotions/domain/token.h"
#include "promotions/manager/campaigns.h"
#include "promotions/manager/job_kinds.h"
#include "promotions/manager/principal.h"
#include "promotions/storage/storage.h"

namespace promotions {

class AddressLoader;
class FairOrder;
class KnownAddresses;

struct SignUp {
  std::string_view campaign;  // slug
  std::string_view email;
  std::string data = "{}";  // a JSON object, checked by the caller
  std::string locale{};     // a tag of domain/locale; empty: the campaign's
  Principal who{};          // the owner has no limit
};

enum class SignUpOutcome {
  accepted,            // stored, and a mail is on its way; also what conceal campaigns say
  already_registered,  // RepeatMail says what of a mail
  invalid_email,
  no_such_campaign,
  not_yet,            // the campaign will open
  over,               // it takes no entries any more
  not_eligible,       // the campaign excludes the address, or the subscriber is disqualified
  too_many_sign_ups,  // from this client within a minute; nothing was stored
  too_many_mails,     // to this address today; the same
};

// What a repeated sign-up brings about.
enum class RepeatMail {
  none,     // the address is verified
  sent,     // now, once more
  waiting,  // it was sent lately
  limited,  // the address has had its share for today
  full,     // so much else was said of it, and waits to be confirmed, that this is not kept
};

struct SignUpResult {
  SignUpOutcome outcome = SignUpOutcome::accepted;
  CampaignPtr campaign{};  // null for no_such_campaign; for invalid_email, if there is none either
  std::string email{};     // as stored; empty for no_such_campaign and invalid_email
  RepeatMail mail = RepeatMail::none;  // of already_registered
  Millis retry_after{0};               // of too_many_…, and of waiting
  Time mailed_at{};                    // of waiting
};

enum class VerifyOutcome {
  verified,
  already_verified,
  pending,  // could be verified, and was not: see VerifyIntent
  invalid_token,
  expired,
  over,          // the list has been stopped
  not_eligible,  // the campaign excludes the address, or the subscriber is disqualified
};

struct VerifyResult {
  VerifyOutcome outcome = VerifyOutcome::invalid_token;
  CampaignPtr campaign{};   // null for invalid_token
  std::string locale{};     // of the sign-up that the link is of; empty: the campaign's
  bool may_sign_up = true;  // of expired: is the campaign open?
};

enum class VerifyIntent {
  look,       // changes nothing
  open_link,  // verifies, unless the campaign asks for a confirmation
  confirm,    // verifies
};

enum class EraseOutcome { erased, no_such_campaign, no_such_subscriber };

struct SignUpOptions {
  int max_attempts = 100;             // of mail jobs
  int sign_ups_per_minute = 0;        // of each client; 0 is off
  int mails_per_address_per_day = 5;  // verification mails, over all campaigns; 0 is off
  Millis resend_after = std::chrono::minutes(10);  // a repeated sign-up sends the mail again
  // Sign-ups of a pending address that say something else than its first, and for how long their
  // links are good.
  std::size_t max_variants = 5;
  Millis variant_ttl = std::chrono::hours(24);
};

// Thread-safe. Which addresses are known is kept in memory, as far as there is room: what memory
// can answer is answered without the database. Every function that writes returns after the commit,
// and may throw Overloaded and StorageUnavailable; what tells `done` fails with them.
class SignUps {
 public:
  SignUps(Storage& storage, Campaigns& campaigns, const Clock& clock, Random& random,
          const TokenSigner& signer, const SignUpOptions& options);
  ~SignUps();

  // Begins to fill the memory of known addresses, in the background. Without it, memory knows those
  // that were asked about.
  void start();
  std::size_t known_addresses() const;  // that memory holds

  // `done` is called on the writer's thread after the commit, or at once on the caller's where
  // memory can answer, and must be quick. What memory refuses does not count against the client's
  // limit.
  void add_subscriber(const SignUp& sign_up, Done<SignUpResult> done);
  SignUpResult add_subscriber(const SignUp& sign_up);  // waits

  // `done` as above.
  void verify_subscriber(std::string_view token, VerifyIntent intent, Done<VerifyResult> done);
  VerifyResult verify_subscriber(std::string_view token,
                                 VerifyIntent intent = VerifyIntent::confirm);  // waits

  // nullopt: no such campaign.
  std::optional<std::vector<Subscriber>> subscribers(std::string_view slug,
                                                     const SubscriberFilter& filter);
  EraseOutcome erase_subscriber(const Principal& who, std::string_view slug,
                                std::int64_t subscriber_id);

  // Asks the database about the address when it comes next. Call it after committing what memory
  // cannot know of it.
  void forget_address(std::int64_t campaign_id, std::string_view email_key);

  // Within a write: the place of a mail whose time has come among those of all clients.
  std::int64_t priority_when_due(Stores& stores, const Job& job, Time now) const;
  // Within a write: forgets the counts of mails whose day is over, and what else was said of
  // pending addresses but never confirmed, some at a time. True: there are more.
  bool forget_old(Stores& stores, Time now) const;
  // Until when a link to what was said further can be opened; what is stored of it goes then.
  Time end_of(const SignUpVariant& variant) const {
    return variant.mailed_at + options_.variant_ttl;
  }

 private:
  struct Judged;
  Judged verify(Stores& stores, const TokenClaim& claim, VerifyIntent intent) const;

  struct Candidate;
  struct MailTurn;
  struct Known;
  struct Stored;
  std::variant<SignUpResult, Candidate> examine(const SignUp& sign_up) const;
  std::optional<SignUpResult> recall(const Candidate& candidate) const;
  void remember(const Candidate& candidate, const Stored& stored);
  std::uint32_t words_of(const Subscriber& subscriber) const;
  MailTurn mail_turn(Stores& stores, const Subscriber& subscriber) const;
  Stored store_sign_up(Stores& stores, const Candidate& candidate) const;
  Stored repeat_sign_up(Stores& stores, const Candidate& candidate, const MailTurn& turn) const;
  Stored add_variant(Stores& stores, const Candidate& candidate, std::int64_t subscriber_id,
                     const MailTurn& turn) const;
  std::optional<Known> find_known(Stores& stores, const Candidate& candidate,
                                  const Subscriber& subscriber) const;
  Millis wait_between_mails(const Campaign& campaign) const;
  bool is_due(const Known& known, const Candidate& candidate) const;
  void mail_again(Stores& stores, const Candidate& candidate, const Known& known,
                  const MailTurn& turn) const;
  void enqueue_mail(Stores& stores, const JobKind& kind, const Candidate& candidate,
                    std::int64_t subscriber_id, std::int64_t variant, const MailTurn& turn) const;
  std::int64_t next_rank(Stores& stores, std::uint64_t flow, Time now) const;

  Storage& storage_;
  Campaigns& campaigns_;
  const Clock& clock_;
  Random& random_;
  const TokenSigner& signer_;
  const SignUpOptions options_;

  Limiter limiter_;                         // of clients
  ShortHashKey flow_key_{};                 // constant after construction
  ShortHashKey words_key_{};                // the same
  const std::unique_ptr<FairOrder> order_;  // of verification mails; used on the writer's thread
  const std::unique_ptr<KnownAddresses> known_;
  const std::unique_ptr<KnownAddresses> limited_;  // those that get no mail today; campaign 0
  const std::unique_ptr<AddressLoader> loader_;
};

}  // namespace promotions
