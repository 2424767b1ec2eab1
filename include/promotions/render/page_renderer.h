// The pages that participants see in a browser. Each page also reads well without its context.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "promotions/base/json.h"
#include "promotions/domain/locale.h"

namespace promotions {

// Each page has its template in templates/page/ and its texts in the catalogues, under its name.
enum class Page {
  pending_verification,  // "look into your mailbox"       context: campaign.name, email, sender,
                         //   conceals
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
  draw_not_sealed,   // how the draw will be made                campaign.name, see below
  proof,             // is a ticket in the list?                 campaign.name, see below
  rules,             // the rules of one version of the terms     campaign.name, see below
  claim_confirm,     // one button that POSTs token to action    as claimed, and action, token,
                     //   claim_until
  claimed,           // "the prize is yours"                     campaign.name, position, ticket,
                     //   prize, prize_value
  already_claimed,   // "the prize was yours already"            campaign.name
  claim_over,        // too late, or the prize went elsewhere    campaign.name
  campaign,          // what it is, by its state, with the form while it is open
  embed,             // the form alone, for a frame
  withdraw_confirm,  // one button that POSTs token to action    campaign.name, ticket, sealed,
                     //   action, token
  withdrawn,         // "you have withdrawn"                     sealed; campaign.name may be absent
  front_page,        // what this server is
  not_found,         // nothing is at this address               status, as for all pages below
  no_such_campaign,  // "we cannot find this raffle"
  for_organisers,    // it needs an account
  nobody_verified,   // "there is nobody to draw yet"
  not_now,           // the state of the raffle does not allow it
  not_possible,      // it cannot be done in this way
  not_understood,    // the form that was sent is wrong
  too_large,         // the request is too large
  address_too_long,  // the link is too long
  browser_sends_too_much,  // too many headers, such as cookies
  not_known_here,          // the server does not do what the program asks for
  other_version,           // unsupported version of HTTP
  too_slow,                // the request came too slowly
  busy,                    // "try again in a moment"
  error,                   // anything else
};
// `wait_minutes` is a whole number; if it is absent, the page says one minute. `mail` has one
// member that is true, with the name that it has in the JSON: "none", "sent", "limited", or
// "waiting", which has sent_at and wait_minutes beside it. "full" is possible, too; the JSON calls
// it "limited".

// What a page loads besides its style sheets. Its content security policy allows that and nothing
// else.
struct PageNeeds {
  bool scripts = false;
  bool images = false;   // also drawings in SVG that are files
  bool fetches = false;  // its scripts ask the server
  bool workers = false;
};
PageNeeds needs_of(Page page);

// The context of Page::campaign and Page::embed: true for one of is_scheduled, is_open, is_closed,
// is_finishing, is_finished; is_home; description, prizes[] of {name, value, count, several} or
// winner_count, minimum_age, opens_at, closes_at, finish_at (texts), countdown (the next of these,
// in RFC 3339), true for one of by_secret, by_drand, by_public (with source); about.{text, url,
// image}; while open `form`, see below; once stopped `waits` with for_drand, for_public or
// for_draw; once drawn finished_at, entrants and holders[], as the certificate has them. `form` has
// slug, locale, trap, needs_work, fields[] and summary[]. A field has id, name, required, value or
// checked, true for one of is_email, is_text, is_long_text, is_number, is_date, is_tel, is_select
// (with options[] of {value, label, selected}), is_tick (with parts[] of {words, link}), is_age
// (with minimum_age), and perhaps label, help, least, most, has_both, error.CODE. `summary` has the
// fields that are wrong, and what is wrong elsewhere: label, is_elsewhere. Any page has `embed` and
// `parents` if another site may frame it.
//
// The context of Page::rules: text, or url; fingerprint; at; is_old; versions[] of {version, at,
// fingerprint, link, is_shown}. Without text and url there are no rules.
//
// The context of Page::draw, the certificate. Times are texts for people, hashes are hex. Printed,
// the page fits on one sheet of A4 unless many were drawn. Addresses are masked by the caller; an
// erased one is empty.
//   campaign.{name,slug}, promises; sealed_at, stopped_at (unless it is the same minute), entrants,
//   excluded, disqualified (0 is not shown), root, commitment, seal_hash
//   one of  beacon_none: true,  beacon_drand: {round, round_url, at},
//           beacon_public: {source, at}; `at`: when it can be known, may be absent
//   drawn: true once the draw was made. Then also: drawn_at, secret, value (empty for beacon_none),
//     seed, unassigned (prizes for which there was nobody; 0 is not shown)
//     holders[] of {place, prize (absent: none is listed), and either is_free: true or ticket,
//       email, is_STATE: true}: who has each prize now
//     waiting[] of {ticket, email}: alternates who may still get one
//     changes[] of {at, ticket, reason, promoted (a ticket), and true for one of is_disqualified,
//       is_unclaimed, is_unreachable, is_withdrawn, and perhaps to_nobody}
//   seal_link, terms_link, leaves_link, and once drawn transcript_link, verify_commands (lines for
//   a shell), script_hash, script_name; proof_form_action: the URL to which a GET form sends
//   `ticket`
// `promises` has hash, at, and what there is of organizer, contact_email, prizes[] (texts) and
// has_prizes (both absent where holders[] tells them), winners, alternates, opens_at, closes_at,
// minimum_age, and rules_link, rules_name, rules_sha256.
//
// The context of Page::draw_not_sealed: commitment, promises, the beacon as above without a round,
// drand_home; `closed` if sign-up has ended, `stopped` if the list has.
//
// The context of Page::proof: true for one of is_in, not_in, before (with closes_at), ask.
//   is_in: ticket, place, entrants, key, leaf, path[], has_path, root
//   not_in: ticket, and true for one of excluded, disqualified, unknown
//
// Thread-safe.
class PageRenderer {
 public:
  PageRenderer();
  ~PageRenderer();

  // Returns a whole HTML document in UTF-8, without inline scripts and styles. Every value is
  // escaped. `up` is the relative way from the page's own path to the base path, "" or "../../":
  // templates put it before every address of ours, as {{up}}, and it is in the paths of assets.h,
  // {{assets.NAME}}. A page is parsed when it is first needed in a language.
  std::string render(Page page, Locale locale, const Json& context, std::string_view up) const;

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace promotions
