#include "mail/delivery_rules.h"

#include <algorithm>
#include <array>

#include "mail/utf8.h"
#include "promotions/base/encoding.h"
#include "promotions/mail/consequence.h"

namespace promotions {
namespace {

using enum SmtpStage;
using enum DeliveryClass;

constexpr int kAnyCode = 0;
constexpr std::nullopt_t kAnyFault = std::nullopt;
constexpr About anyone = About::anyone;

constexpr std::string_view kNoLogin =
    "the server refuses the sign-in; correct mail.smtp.username and mail.smtp.password_file (some "
    "providers want a password made for programs)";
constexpr std::string_view kNoSignIn =
    "the server takes mail only after a sign-in that it accepts; set mail.smtp.username and "
    "mail.smtp.password_file";
constexpr std::string_view kNoService =
    "the server refuses to talk to this machine; have its operator allow this network address";
constexpr std::string_view kBadHello =
    "the server refuses the name that this program gives in EHLO; set mail.smtp.helo to the full "
    "host name of this machine";
constexpr std::string_view kBadSender =
    "the server refuses mail from this sender; set mail.from (or mail.envelope_from) to an address "
    "that this account may use";
constexpr std::string_view kFull =
    "the server takes no further session now; set mail.smtp.connections to what it allows";

// The class of each reply. The order matters: the first rule that applies decides, so special cases
// come before general ones. The columns are those of DeliveryRule.
constexpr auto kRules = std::to_array<DeliveryRule>({
    // The server took the mail. What happened to the connection afterwards does not matter.
    {content, content, Said::yes, kAnyCode, anyone, kAnyFault, delivered, "mail taken"},
    // A session of probe() ends here.
    {reset, reset, Said::anything, kAnyCode, anyone, kAnyFault, delivered, "sender taken"},
    // A server without room for another session says so at the start. RFC 5321 has 421 for this;
    // other 4yz replies are in use, too.
    {greeting, hello, Said::anything, 421, anyone, kAnyFault, crowded, "no room", kFull},
    {greeting, greeting, Said::later, kAnyCode, anyone, kAnyFault, crowded, "no room", kFull},
    // Other servers count sessions only when they know whose session it is.
    {starttls, content, Said::later, kAnyCode, About::sessions, kAnyFault, crowded, "no room",
     kFull},
    // RFC 5321 §3.8: the server is closing, whatever the command was.
    {connect, content, Said::anything, 421, anyone, kAnyFault, lane_trouble, "server closing"},
    // After 354 the server may have accepted the mail, and only its answer was lost (RFC 5321
    // §4.5.3.2.6, RFC 1047).
    {content, content, Said::nothing, kAnyCode, anyone, kAnyFault, in_doubt, "answer lost"},

    // Before MAIL nothing can fail because of the mail. That includes a 554 greeting.
    {connect, reset, Said::nothing, kAnyCode, anyone, TransferFault::no_login, auth_refused,
     "no sign-in"},
    {greeting, greeting, Said::never, kAnyCode, anyone, kAnyFault, refused_us, "service refused",
     kNoService},
    {hello, hello, Said::never, kAnyCode, anyone, kAnyFault, refused_us, "EHLO refused", kBadHello},
    {connect, starttls, Said::anything, kAnyCode, anyone, kAnyFault, lane_trouble, "no session"},
    {auth, auth, Said::never, kAnyCode, anyone, kAnyFault, auth_refused, "sign-in refused",
     kNoLogin},
    {auth, auth, Said::anything, kAnyCode, anyone, kAnyFault, lane_trouble, "no session"},
    // RFC 4954 §6: authentication required (530), credentials invalid (535), encryption needed for
    // them (538). The sign-in is missing or was not accepted.
    {mail, content, Said::anything, 530, anyone, kAnyFault, auth_refused, "sign-in missing",
     kNoSignIn},
    {mail, content, Said::never, 535, anyone, kAnyFault, auth_refused, "sign-in missing",
     kNoSignIn},
    {mail, content, Said::never, 538, anyone, kAnyFault, auth_refused, "sign-in missing",
     kNoSignIn},
    {mail, mail, Said::nothing, kAnyCode, anyone, kAnyFault, lane_trouble, "no session"},
    // From here on the server knows the recipient. If it always hangs up on this one, retries that
    // cost no attempt would never end. So this costs an attempt.
    {recipient, data, Said::nothing, kAnyCode, anyone, kAnyFault, cut_off, "cut off"},
    // RFC 5321 §4.5.3.1.10: 552 was used for "too many recipients" and must be treated like 452.
    {recipient, recipient, Said::anything, 552, anyone, kAnyFault, temporary, "refused for now"},
    // The next mails would meet the same and only use up their attempts.
    {mail, content, Said::later, kAnyCode, About::us, kAnyFault, deferred_us, "we are to wait"},
    {mail, content, Said::later, kAnyCode, About::unclear, kAnyFault, deferred_us,
     "held by a policy"},
    {mail, content, Said::later, kAnyCode, anyone, kAnyFault, temporary, "refused for now"},
    {mail, mail, Said::never, 552, anyone, kAnyFault, permanent, "message refused"},
    {mail, content, Said::never, kAnyCode, About::message, kAnyFault, permanent, "message refused"},
    // At MAIL the server knows no recipient, so all other refusals there are about us.
    {mail, mail, Said::never, kAnyCode, About::us, kAnyFault, refused_us, "refusal of us"},
    {mail, mail, Said::never, kAnyCode, About::unclear, kAnyFault, refused_us, "refusal of us"},
    {mail, mail, Said::never, kAnyCode, anyone, kAnyFault, refused_us, "sender refused",
     kBadSender},
    {recipient, content, Said::never, kAnyCode, About::us, kAnyFault, refused_us, "refusal of us"},
    {recipient, content, Said::never, kAnyCode, About::unclear, kAnyFault, refused_unclear,
     "unclear refusal"},
    {mail, content, Said::never, kAnyCode, anyone, kAnyFault, permanent, "refused for good"},
});

// What each class means for the job and for its lane. In the order of DeliveryClass, because
// consequence_of() uses it as the index.
constexpr auto kConsequences = std::to_array<Consequence>({
    {delivered, JobFate::done, LaneFate::goes_on},
    {temporary, JobFate::retried, LaneFate::goes_on},
    {permanent, JobFate::dead, LaneFate::goes_on},
    // The next mails will show whether the mail or the server is to blame. The lane rests, so that
    // they do not all run into it at once.
    {cut_off, JobFate::retried, LaneFate::rests},
    {in_doubt, JobFate::late_once, LaneFate::rests},
    {lane_trouble, JobFate::unspent, LaneFate::rests},
    {crowded, JobFate::unspent, LaneFate::narrows},
    {auth_refused, JobFate::unspent, LaneFate::stops},
    {refused_us, JobFate::unspent, LaneFate::stops},
    {refused_unclear, JobFate::unspent, LaneFate::doubts},
    {deferred_us, JobFate::unspent, LaneFate::rests},
});

Said said(SmtpReply reply) {
  // Where code and enhanced status differ, the status is more exact: "550 4.7.1 try later".
  const int status_class = reply.status.status_class;
  switch (reply.code < 400 || status_class < 4 ? reply.code / 100 : status_class) {
    case 2:
      return Said::yes;
    case 4:
      return Said::later;
    case 5:
      return Said::never;
    default:
      return Said::nothing;
  }
}

bool applies(const DeliveryRule& rule, SmtpStage stage, SmtpReply reply, TransferFault fault,
             About about) {
  const Said answer = said(reply);
  // A "yes" belongs to the command before the one that failed, so it does not count, except where
  // it ends the attempt.
  const bool is_last = stage == content || stage == reset;
  const Said relevant = answer == Said::yes && !is_last ? Said::nothing : answer;
  return rule.first <= stage && stage <= rule.last &&
         (rule.said == Said::anything || rule.said == relevant) &&
         (rule.code == kAnyCode || rule.code == reply.code) &&
         (rule.about == anyone || rule.about == about) && rule.fault.value_or(fault) == fault;
}

bool is_address_character(char c) {
  return static_cast<unsigned char>(c) > ' ' && c != '\x7F' &&
         std::string_view("<>()[]{},;:\"'`|").find(c) == std::string_view::npos;
}

void append(std::string& out, std::string_view word) {
  // Links to explanations may contain the address in URL encoding: "?rcpt=ana%40example.org".
  const bool is_address =
      word.find('@') != std::string_view::npos || word.find("%40") != std::string_view::npos;
  out += is_address ? "<address>" : word;
}

}  // namespace

std::string_view to_text(SmtpStage stage) {
  constexpr std::array<std::string_view, 10> names{
      "connect", "greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RSET", "RCPT", "DATA", "content"};
  return names.at(static_cast<std::size_t>(stage));
}

std::span<const DeliveryRule> delivery_rules() {
  return kRules;
}

const DeliveryRule& rule_for(SmtpStage stage, SmtpReply reply, TransferFault fault,
                             std::string_view text) {
  const About about = blame_of(reply, text).about;
  // The last rule is not tested: it decides if no other applies.
  return *std::find_if(kRules.begin(), kRules.end() - 1, [&](const DeliveryRule& rule) {
    return applies(rule, stage, reply, fault, about);
  });
}

DeliveryClass classify(SmtpStage stage, SmtpReply reply, TransferFault fault,
                       std::string_view text) {
  return rule_for(stage, reply, fault, text).outcome;
}

std::string_view meaning_of(const DeliveryRule& rule, SmtpReply reply, std::string_view text) {
  const Blame blame = blame_of(reply, text);
  if (rule.meaning.empty()) {
    const bool holds_up_others = consequence_of(rule.outcome).lane != LaneFate::goes_on;
    return holds_up_others ? blame.meaning : std::string_view{};
  }
  if (consequence_of(rule.outcome).lane != LaneFate::stops) return rule.meaning;
  // From MAIL on, the reply may tell more exactly than the rule what is wrong with us.
  const bool tells_more = blame.about == About::us && !blame.is_vague && rule.first >= mail;
  return tells_more ? blame.meaning : rule.meaning;
}

const Consequence& consequence_of(DeliveryClass outcome) {
  return kConsequences.at(static_cast<std::size_t>(outcome));
}

std::string redacted(std::string_view line) {
  constexpr std::size_t kMaxSize = 200;
  const std::string text = repaired_utf8(trim_ascii(line));
  std::string out;
  // Split at every character that cannot be inside an address, and replace words that may be one.
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_address_character(text[end])) ++end;
    if (end == at) {
      out += has_control(text.substr(at, 1)) ? ' ' : text[at];
      ++at;
    } else {
      append(out, std::string_view(text).substr(at, end - at));
      at = end;
    }
  }
  // The address was in angle brackets already.
  for (std::size_t at = 0; (at = out.find("<<address>>")) != std::string::npos;) {
    out.replace(at, 11, "<address>");
  }
  if (out.size() <= kMaxSize) return out;
  std::size_t end = 0;  // cut between characters
  while (end + utf8_step(out, end).length <= kMaxSize) end += utf8_step(out, end).length;
  return out.substr(0, end);
}

}  // namespace promotions
