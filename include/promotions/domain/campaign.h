// A campaign: one raffle, from its first sign-up to its draw.
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
#include "promotions/domain/sha256.h"

namespace promotions {

// `scheduled`, `open` and `closed` follow the clock; `finishing` and `finished` are recorded.
enum class CampaignState { scheduled, open, closed, finishing, finished };
enum class Verification {
  link,
  confirm
};  // does opening the link verify, or the button behind it?
enum class Duplicates { reject, conceal };  // is a known address told so?
enum class Aliases { distinct, merge };     // do several names of one mailbox count once?

std::string_view to_text(CampaignState state);
std::string_view to_text(Verification verification);
std::string_view to_text(Duplicates duplicates);
std::string_view to_text(Aliases aliases);
std::optional<Aliases> parse_aliases(std::string_view text);

// An organiser's own texts for one kind of mail; what is absent comes from the built-in templates.
struct MailTemplate {
  std::optional<std::string> subject;
  std::optional<std::string> text;
  std::optional<std::string> html;
  friend bool operator==(const MailTemplate&, const MailTemplate&) = default;
};
using MailTemplates = std::map<std::string, MailTemplate, std::less<>>;  // by mail kind

// What an organiser decides. Each member is a row of the table in domain/campaign_options.h, which
// says what it may be and when it is fixed. A default is for good: a campaign that was stored
// before there was the option has it, too.
struct CampaignSettings {
  std::string name;
  std::string description;
  std::string admin_email;
  std::string from_name;  // of the sender of its mails; empty: the one of mail.from
  std::string locale = "es";
  std::string time_zone = "UTC";
  std::optional<Time> opens_at;   // absent: open from the start
  std::optional<Time> closes_at;  // absent: open until it is finished
  int winners = 1;
  int alternates = 0;
  Verification verification = Verification::link;
  Duplicates duplicates = Duplicates::reject;
  Aliases aliases = Aliases::distinct;
  Millis token_ttl = std::chrono::hours(48);
  MailTemplates templates;
  Beacon beacon;                                 // without its round
  Millis draw_delay = std::chrono::seconds(30);  // drand: from the seal to its round, at least
  std::optional<Millis> claim_within;            // absent: prizes need not be claimed
  std::vector<std::string> witnesses;            // addresses that get the seal
  std::vector<std::string> exclusions;           // addresses and domains that take no part
  bool notify_not_drawn = false;                 // a mail also to entrants that were not drawn
  friend bool operator==(const CampaignSettings&, const CampaignSettings&) = default;
};

struct Campaign {
  std::int64_t id = 0;
  std::string slug;
  CampaignSettings settings;
  Hash commitment{};  // SHA-256 of the draw's secret; zeros: not made yet
  Time created_at;
  std::optional<Time> finishing_at;  // the list was stopped
  std::optional<Time> sealed_at;     // the entrants were published as a root
  std::optional<Time> finished_at;   // the winners were drawn

  CampaignState state_at(Time now) const;
};

// The address under which `email` counts once in a campaign: its mailbox where aliases are merged.
std::string key_of(const EmailAddress& email, Aliases aliases);

// Does a campaign exclude an address, given as it counts there (key_of())? An address excludes
// itself and its forms with a tag ("name+tag@example.org"), a domain all of its own; where aliases
// are merged, any name of a mailbox excludes it.
bool is_excluded_by(const CampaignSettings& settings, std::string_view email_key);

// The same for many addresses.
class Exclusions {
 public:
  explicit Exclusions(const CampaignSettings& settings);
  bool contains(std::string_view email_key) const;

 private:
  std::set<std::string, std::less<>> entries_;
};

// An entry in its stored form: an address as it counts (EmailAddress::key()), or a domain, which
// stands for its own addresses and not for those of its subdomains. "@example.org" is the domain.
std::optional<std::string> parse_exclusion(std::string_view given);

// `[a-z0-9][a-z0-9-]{0,62}`
bool is_slug(std::string_view text);

}  // namespace promotions
