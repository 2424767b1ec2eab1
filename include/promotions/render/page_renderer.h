// The pages that participants see in a browser. Each reads well without any of its context, too.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "promotions/base/json.h"
#include "promotions/domain/locale.h"

namespace promotions {

// Each has its template in templates/page/, and its texts in the catalogues, under its own name.
enum class Page {
  pending_verification,  // "look into your mailbox"       context: campaign.name, email, conceals
  verified,              // "you are in"                             campaign.name
  already_verified,      // "you were in already"                    campaign.name
  already_drawn,         // the same, after the draw                 campaign.name, campaign.slug
  confirm,               // one button that POSTs token to action    campaign.name, action, token
  token_invalid,         // "the link is no longer valid"            campaign.name may be absent
  token_expired,         // the same, with how to get a new one      campaign.name
  already_registered,  // "this address is registered already"     campaign.name, email, mail; below
  campaign_not_yet,  // "it has not begun"                       campaign.name, opens_at, closes_at
  campaign_over,     // "it is over"                             campaign.name, ended_at
  not_eligible,      // the campaign excludes the address        campaign.name
  invalid_input,     // what to mend                             errors[] of {field, error.CODE}
  rate_limited,      // "too many attempts, wait a little"       wait_minutes
  too_many_mails,    // "we write no more to this address today"
  finished,          // the draw's result, for the administrator
                     //   campaign.name, entrants, finished_at, winners[], alternates[]
  finishing,         // "the draw is under way"                  campaign.name
  draw,              // the certificate of a sealed list and its draw; see below
  draw_not_sealed,   // "nothing to check yet"                   campaign.name, commitment
  claim_confirm,     // one button that POSTs token to action    campaign.name, action, token
  claimed,           // "the prize is yours"                     campaign.name, position, ticket
  already_claimed,   // "the prize was yours already"            campaign.name
  claim_over,        // too late, or the prize went elsewhere    campaign.name
  front_page,        // what this server is
  not_found,         // nothing is at this address               status, as in all that follow
  no_such_campaign,  // "we cannot find this raffle"
  for_organisers,    // only with an account
  nobody_verified,   // "there is nobody to draw yet"
  not_now,           // the state of the raffle does not allow it
  not_possible,      // not in this way
  not_understood,    // the form is at fault
  too_large,         // what was sent is
  address_too_long,  // of the link
  browser_sends_too_much,  // beside the request: cookies
  not_known_here,          // what the program asks for
  other_version,           // of HTTP
  too_slow,                // what was sent came
  busy,                    // "try again in a moment"
  error,                   // anything else
};
// `wait_minutes` is a whole number; where it is absent the page speaks of one minute. `mail` has
// one member that is true, named as in the JSON: "none", "sent", "limited", or "waiting", which has
// sent_at and wait_minutes beside it; or "full", which is "limited" in the JSON.

// The context of Page::draw. Times are texts for people, hashes are hex; it is on one sheet of A4
// if printed, unless many were drawn.
//   campaign.{name,slug}, sealed_at, entrants, root, commitment
//   excluded, disqualified: how many were left out before the seal; not shown if 0
//   one of  beacon_none: true,  beacon_drand: {chain, round, round_url (optional)},
//           beacon_public: {source}
//   drawn: has the randomness come? If so: drawn_at, secret, value (empty for beacon_none), seed,
//     winners[] and alternates[] of {position, ticket, email (masked by the caller; empty: erased),
//     is_disqualified, reason, is_promoted, is_claimed}
//   seal_link, and once drawn transcript_link, leaves_link, verify_commands[] (lines for a shell)
//   proof_form_action: where a GET form sends `ticket`
//
// Thread-safe.
class PageRenderer {
 public:
  PageRenderer();
  ~PageRenderer();

  // A whole HTML document, UTF-8, without scripts; every value is escaped. Styles are in the one
  // sheet style() so that a policy can forbid inline ones; `style_href` is where it is served. A
  // page is parsed when a language first asks for it.
  std::string render(Page page, Locale locale, const Json& context,
                     std::string_view style_href) const;

  // The style sheet's bytes.
  std::string_view style() const;

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace promotions
