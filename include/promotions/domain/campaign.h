// A campaign: one raffle, from its first sign-up to its draw. Values and pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <vector>

#include "promotions/base/clock.h"
#include "promotions/domain/beacon.h"
#include "promotions/domain/email_address.h"
#include "promotions/domain/entry_field.h"
#include "promotions/domain/prize.h"
#include "promotions/domain/sha256.h"

namespace promotions {

// `scheduled`, `open` and `closed` follow from the clock; `finishing` and `finished` are stored.
enum class CampaignState { scheduled, open, closed, finishing, finished };
enum class Verification {
  link,
  confirm
};  // what verifies: opening the link, or the button on its page
enum class Duplicates { reject, conceal };  // whether the answer shows that an address is known
enum class Aliases { distinct, merge };     // whether several names of one mailbox count once
enum class Captcha { off, required };       // whether a sign-up has to prove work

std::string_view to_text(CampaignState state);
std::string_view to_text(Verification verification);
std::string_view to_text(Duplicates duplicates);
std::string_view to_text(Aliases aliases);
std::string_view to_text(Captcha captcha);
std::optional<Aliases> parse_aliases(std::string_view text);

// An organiser's own texts for one kind of mail. The built-in template fills in absent parts.
struct MailTemplate {
  std::optional<std::string> subject;
  std::optional<std::string> text;
  std::optional<std::string> html;
  friend bool operator==(const MailTemplate&, const MailTemplate&) = default;
};
using MailTemplates = std::map<std::string, MailTemplate, std::less<>>;  // by mail kind

// The decisions of an organiser. Each member is a row of the table in domain/campaign_options.h,
// which has its bounds and says when it is fixed. Never change a default: campaigns that were
// stored before the option existed get it, too.
struct CampaignSettings {
  std::string name;
  std::string description;
  std::string organizer;      // the name of the organiser, for the public
  std::string contact_email;  // where participants can ask; public
  std::string admin_email;
  std::string from_name;  // the sender's name in its mails; empty: the name in mail.from
  std::string locale = "es";
  std::string time_zone = "UTC";
  std::optional<Time> opens_at;   // absent: open from the start
  std::optional<Time> closes_at;  // absent: open until it is finished
  std::string rules;              // their text; or, instead,
  std::string rules_url;          // where they are, and
  std::string rules_sha256;       // the hash of what is there
  std::string privacy_url;
  int minimum_age = 0;        // years; 0: none
  std::vector<Prize> prizes;  // none, or as many together as there are winners
  int winners = 1;
  int alternates = 0;
  Verification verification = Verification::link;
  Duplicates duplicates = Duplicates::reject;
  Aliases aliases = Aliases::distinct;
  Millis token_ttl = std::chrono::hours(48);
  MailTemplates templates;
  Beacon beacon;                                 // without a round
  Millis draw_delay = std::chrono::seconds(30);  // drand: least time from the seal to the round
  std::optional<Millis> claim_within;            // absent: prizes need not be claimed
  std::vector<std::string> witnesses;            // addresses that are sent the seal
  std::vector<std::string> exclusions;           // addresses and domains that cannot take part
  bool notify_not_drawn = false;                 // mail entrants that were not drawn, too
  std::optional<Time> finish_at;                 // when the finish starts by itself
  // What a sign-up says besides its address; absent: `data` is free.
  std::optional<std::vector<EntryField>> fields;
  Captcha captcha = Captcha::off;
  std::optional<Millis> reminder_after;    // when who has not confirmed is mailed once more
  std::string success_url;                 // where the page behind the mailed link leads on
  std::string accent;                      // "#rrggbb", the colour of buttons and links; or empty
  bool listed = false;                     // whether the front page shows it
  std::vector<std::string> embed_origins;  // the origins that may frame its form
  friend bool operator==(const CampaignSettings&, const CampaignSettings&) = default;
};

struct Campaign {
  std::int64_t id = 0;
  std::string slug;
  CampaignSettings settings;
  Hash commitment{};  // SHA-256 of the draw's secret; all zeros: there is no secret yet
  Time created_at;
  std::optional<Time> finishing_at;  // when the list was stopped
  std::optional<Time> sealed_at;     // when the root of the entrants was published
  std::optional<Time> finished_at;   // when the winners were drawn

  CampaignState state_at(Time now) const;
};

// The key by which a campaign compares addresses: the mailbox where aliases are merged, otherwise
// the address in lower case.
std::string key_of(const EmailAddress& email, Aliases aliases);

// Does a campaign exclude the address with this key (key_of())? An excluded address stands for
// itself and its forms with a tag ("name+tag@example.org"), an excluded domain for all of its own
// addresses. Where aliases are merged, excluding any name of a mailbox excludes the mailbox.
// Takes time in proportion to the exclusions.
bool is_excluded_by(const CampaignSettings& settings, std::string_view email_key);

// The same question for many addresses: prepares the exclusions once. Immutable and so thread-safe.
class Exclusions {
 public:
  explicit Exclusions(const CampaignSettings& settings);
  bool contains(std::string_view email_key) const;

 private:
  std::set<std::string, std::less<>> entries_;
};

// Turns an exclusion that a person wrote into its stored form: an address as EmailAddress::key(),
// or a domain, which does not include its subdomains. "@example.org" also means the domain. Returns
// nullopt for anything else.
std::optional<std::string> parse_exclusion(std::string_view given);

// `[a-z0-9][a-z0-9-]{0,62}`
bool is_slug(std::string_view text);

}  // namespace promotions
