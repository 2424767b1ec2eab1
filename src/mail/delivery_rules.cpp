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

// Which reply has which class.
constexpr auto kRules = std::to_array<DeliveryRule>({
    // The server took the mail; what happened to the connection afterwards is of no account.
    {content, content, Said::yes, kAnyCode, kAnyFault, delivered},
    // A session that is only tried ends here.
    {noop, noop, Said::yes, kAnyCode, kAnyFault, delivered},
    // RFC 5321 §3.8: the server is closing, whatever it was asked.
    {connect, content, Said::anything, 421, kAnyFault, lane_trouble},
    // Once 354 was seen, the server may have taken what was sent (RFC 5321 §4.5.3.2.6, RFC 1047).
    {content, content, Said::nothing, kAnyCode, kAnyFault, in_doubt},

    // Until a mail is spoken of, nothing that fails is its fault, a 554 greeting included.
    {connect, noop, Said::nothing, kAnyCode, TransferFault::no_login, auth_refused},
    {connect, starttls, Said::anything, kAnyCode, kAnyFault, lane_trouble},
    {auth, auth, Said::never, kAnyCode, kAnyFault, auth_refused},
    {auth, noop, Said::anything, kAnyCode, kAnyFault, lane_trouble},
    // RFC 4954 §6: authentication required. The sign-in is missing or was not accepted.
    {mail, data, Said::anything, 530, kAnyFault, auth_refused},
    {mail, mail, Said::nothing, kAnyCode, kAnyFault, lane_trouble},
    // From here the server knows whom the mail is for. If it hangs up on this very recipient every
    // time, a free retry would never end, so it costs an attempt.
    {recipient, data, Said::nothing, kAnyCode, kAnyFault, cut_off},
    // RFC 5321 §4.5.3.1.10: 552 was used for "too many recipients" and is to be read as 452.
    {recipient, recipient, Said::anything, 552, kAnyFault, temporary},
    {mail, content, Said::later, kAnyCode, kAnyFault, temporary},
    {mail, content, Said::never, kAnyCode, kAnyFault, permanent},
});

// Which class means what for the job, and what for its lane.
constexpr auto kConsequences = std::to_array<Consequence>({
    {delivered, JobFate::done, LaneFate::goes_on},
    {temporary, JobFate::retried, LaneFate::goes_on},
    {permanent, JobFate::dead, LaneFate::goes_on},
    // Whether the mail is to blame, or the server, the next ones show: but not all of them at once.
    {cut_off, JobFate::retried, LaneFate::rests},
    {in_doubt, JobFate::late_once, LaneFate::rests},
    {lane_trouble, JobFate::unspent, LaneFate::rests},
    {crowded, JobFate::unspent, LaneFate::narrows},
    {auth_refused, JobFate::unspent, LaneFate::stops},
    {refused_us, JobFate::unspent, LaneFate::stops},
});

Said said(SmtpReply reply) {
  // The enhanced status is the more exact of the two where they differ: "550 4.7.1 try later".
  const int reply_class =
      reply.code < 400 || reply.enhanced_class < 4 ? reply.code / 100 : reply.enhanced_class;
  switch (reply_class) {
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

bool applies(const DeliveryRule& rule, SmtpStage stage, SmtpReply reply, TransferFault fault) {
  const Said answer = said(reply);
  // A "yes" to an earlier command is no answer to what failed after it.
  const bool is_last = stage == content || stage == noop;
  const Said relevant = answer == Said::yes && !is_last ? Said::nothing : answer;
  return rule.first <= stage && stage <= rule.last &&
         (rule.said == Said::anything || rule.said == relevant) &&
         (rule.code == kAnyCode || rule.code == reply.code) && rule.fault.value_or(fault) == fault;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_address_character(char c) {
  return static_cast<unsigned char>(c) > ' ' && c != '\x7F' &&
         std::string_view("<>()[]{},;:\"'`|").find(c) == std::string_view::npos;
}

void append(std::string& out, std::string_view word) {
  out += word.find('@') == std::string_view::npos ? word : "<address>";
}

}  // namespace

std::string_view to_text(SmtpStage stage) {
  constexpr std::array<std::string_view, 10> names{
      "connect", "greeting", "EHLO", "STARTTLS", "AUTH", "NOOP", "MAIL", "RCPT", "DATA", "content"};
  return names.at(static_cast<std::size_t>(stage));
}

std::span<const DeliveryRule> delivery_rules() {
  return kRules;
}

const DeliveryRule& rule_for(SmtpStage stage, SmtpReply reply, TransferFault fault) {
  return *std::find_if(kRules.begin(), kRules.end() - 1, [&](const DeliveryRule& rule) {
    return applies(rule, stage, reply, fault);
  });
}

DeliveryClass classify(SmtpStage stage, SmtpReply reply, TransferFault fault) {
  return rule_for(stage, reply, fault).outcome;
}

std::span<const Consequence> consequences() {
  return kConsequences;
}

const Consequence& consequence_of(DeliveryClass outcome) {
  return kConsequences.at(static_cast<std::size_t>(outcome));
}

SmtpReply parse_reply(std::string_view line) {
  if (line.size() < 3 || line[0] < '2' || line[0] > '5' || !is_digit(line[1]) ||
      !is_digit(line[2]) || (line.size() > 3 && line[3] != ' ')) {
    return {};
  }
  SmtpReply reply{(line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'), 0};
  // RFC 2034 §4: "C.S.D" and a space, right after the code; its class must be one of three.
  const std::string_view status = line.substr(std::min<std::size_t>(line.size(), 4));
  if (status.size() >= 5 && (status[0] == '2' || status[0] == '4' || status[0] == '5') &&
      status[1] == '.' && is_digit(status[2])) {
    reply.enhanced_class = status[0] - '0';
  }
  return reply;
}

std::string redacted(std::string_view line) {
  constexpr std::size_t kMaxSize = 200;
  const std::string text = repaired_utf8(trim_ascii(line));
  std::string out;
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
  for (std::size_t at; (at = out.find("<<address>>")) != std::string::npos;) {
    out.replace(at, 11, "<address>");
  }
  if (out.size() <= kMaxSize) return out;
  std::size_t end = 0;
  while (end + utf8_step(out, end).length <= kMaxSize) end += utf8_step(out, end).length;
  return out.substr(0, end);
}

}  // namespace promotions
