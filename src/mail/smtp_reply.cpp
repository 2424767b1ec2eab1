#include "mail/smtp_reply.h"

#include <algorithm>
#include <array>

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

using enum About;

// What we tell people about a refusal of us. Each text is "what happened; what would help".
constexpr std::string_view kSender =
    "the server refuses mail from this sender; set mail.from (or mail.envelope_from) to an address "
    "that this account may use";
constexpr std::string_view kSignIn =
    "the server takes mail only after a sign-in; set mail.smtp.username and "
    "mail.smtp.password_file";
constexpr std::string_view kRelay =
    "the server passes no mail on for this client; sign in (mail.smtp.username), or have its "
    "operator allow this machine";
constexpr std::string_view kQuota =
    "the server's limit for this account is reached; wait, or have the provider raise it, and set "
    "mail.smtp.rate_per_second below it";
constexpr std::string_view kAccount =
    "the server has suspended or restricted this account; ask the provider why";
constexpr std::string_view kBlocked =
    "the server refuses mail from this machine's network address, by a block list or a rule of its "
    "own; ask its operator, or send through another server";
constexpr std::string_view kHello =
    "the server refuses the name that this program gives in EHLO; set mail.smtp.helo to the full "
    "host name of this machine";
constexpr std::string_view kUnproven =
    "it cannot be seen that the mail comes from the domain of mail.from; mend that domain's SPF, "
    "DKIM and DMARC records, or send through a server that signs";
constexpr std::string_view kEncryption =
    "the server wants an encrypted connection; set mail.smtp.security to starttls (port 587) or "
    "tls (port 465)";
constexpr std::string_view kPolicy =
    "the server refuses this mail by a rule of its own; its words say which, and its operator can "
    "tell more";
constexpr std::string_view kSystem =
    "the server itself has no room or takes nothing now; wait, and if it lasts ask its operator";
constexpr std::string_view kSessions =
    "the server takes fewer sessions at a time; set mail.smtp.connections to what it allows";

constexpr int kAll = -1;

// Whom a status X.subject.detail is about, whatever its class. The first row that fits counts.
struct StatusRow {
  int subject;
  int first;  // the details in first..last, or kAll
  int last;
  Blame blame;
};
constexpr auto kStatuses = std::to_array<StatusRow>({
    // RFC 3463 §3.2: bad syntax of the sender's mailbox, bad sender's system. Exchange Online:
    // "5.1.8 Access denied, bad outbound sender".
    {1, 7, 8, {us, kSender}},
    // Exchange Online: the account's daily limit of recipients.
    {1, 90, 90, {us, kQuota}},
    // RFC 3463 §3.2: "other address status", without saying which address.
    {1, 0, 0, {recipient, {}, true}},
    // RFC 3463 §3.2, RFC 3886, RFC 7505 (10: a null MX): destination addresses.
    {1, kAll, kAll, {recipient}},
    // Exchange Online: "SendAsDenied".
    {2, 252, 252, {us, kSender}},
    // RFC 3463 §3.3: mailbox status.
    {2, kAll, kAll, {recipient}},
    // RFC 3463 §3.4: mail system full ("452 4.3.1 Insufficient system storage", Postfix, Exchange)
    // (1), system not accepting network messages (2).
    {3, 1, 2, {us, kSystem, true}},
    // RFC 3463 §3.4: message too big for the system.
    {3, 4, 4, {message}},
    // Exchange Online: no such recipient in the directory ("Recipient address rejected: Access
    // denied").
    {4, 1, 1, {recipient}},
    // RFC 3463 §3.5: congestion. Gmail uses it for "Daily user sending limit exceeded".
    {4, 5, 5, {us, kQuota}},
    // RFC 3463 §3.6: too many recipients. Our mails have one each, so this is about their number in
    // a session or in some time (Gmail: "452 4.5.3 Your message has too many recipients").
    {5, 3, 3, {us, kQuota}},
    // RFC 3463 §3.7: media.
    {6, kAll, kAll, {message}},

    // RFC 3463 §3.8: the recipient is a list that this sender may not write to.
    {7, 2, 2, {recipient}},
    // RFC 5248: credentials invalid, mechanism too weak. Replies to AUTH are decided by an earlier
    // rule.
    {7, 8, 8, {us, kSignIn}},
    // RFC 5248: encryption needed.
    {7, 10, 11, {us, kEncryption}},
    // 12, Exchange: the recipient's organisation accepts mail from its own people only. 13, RFC
    // 5248: account disabled, which outside of AUTH means the recipient's mailbox.
    {7, 12, 13, {recipient}},
    // RFC 6710: priority too low, too big for its priority.
    {7, 15, 16, {message}},
    // RFC 7293: the mailbox or domain has another owner now, or the server could not find out.
    {7, 17, 19, {recipient}},
    // RFC 7372: no DKIM signature that passes, is acceptable, or is the author's; SPF failed.
    {7, 20, 24, {us, kUnproven}},
    // RFC 7372: the reverse name of our network address.
    {7, 25, 25, {us, kBlocked}},
    // RFC 7372: several of them failed (Gmail: unauthenticated mail).
    {7, 26, 26, {us, kUnproven}},
    // RFC 7505: the sender's domain has a null MX. Gmail uses it for SPF.
    {7, 27, 27, {us, kSender}},
    // IANA: mail flood.
    {7, 28, 28, {us, kQuota}},
    // 29, RFC 8617: ARC. 30, RFC 8689: REQUIRETLS, which we never ask for; Gmail uses it for DKIM.
    {7, 29, 30, {us, kUnproven}},
    // Exchange: "Client not authenticated to send mail", "does not have permissions to send as this
    // sender", "TenantAttribution; Relay Access Denied".
    {7, 57, 57, {us, kSignIn}},
    {7, 60, 60, {us, kSender}},
    {7, 64, 64, {us, kRelay}},
    // Exchange: the recipient, which may be a person, a group or a folder, accepts mail from a list
    // of allowed senders or from known senders only.
    {7, 124, 124, {recipient}},
    {7, 129, 129, {recipient}},
    {7, 133, 136, {recipient}},
    {7, 193, 193, {recipient}},
    // Exchange Online: the servers of the recipient's domain have no TLS, or a bad certificate.
    {7, 321, 325, {recipient}},
    // Exchange Online: "451 4.7.500 Server busy", for one network address.
    {7, 500, 500, {us, kQuota}},
    // Exchange Online: spam or abuse was seen from this account.
    {7, 501, 503, {us, kAccount}},
    // Exchange Online: "Recipient address rejected", "banned recipient".
    {7, 504, 505, {recipient}},
    {7, 506, 506, {us, kHello}},
    {7, 507, 507, {recipient}},  // "rejected by recipient"
    {7, 508, 508, {us, kQuota}},
    {7, 509, 509, {us, kUnproven}},  // DMARC
    {7, 510, 510, {recipient}},      // its domain takes nothing over IPv6
    {7, 511, 511, {us, kBlocked}},
    {7, 513, 513, {recipient}},  // its domain's own block list
    // 650 to 659: "451 4.7.650 The mail server has been temporarily rate limited".
    {7, 606, 659, {us, kBlocked}},
    {7, 700, 750, {us, kAccount}},  // thresholds, IP or domain not registered with the tenant
    // RFC 3463 §3.8: security and policy, "the sender is not authorized to send".
    {7, kAll, kAll, {unclear, kPolicy, true}},
});

// Words that tell more than the status. All in lower case. The first row that fits counts, so
// longer words come before shorter ones that they contain.
struct WordsRow {
  std::string_view words;
  bool beat_status;  // false: they only count if there is no status or a vague one
  Blame blame;
};
constexpr auto kWords = std::to_array<WordsRow>({
    // Postfix, smtpd.c: "421 4.7.0 HOST Error: too many connections from", "too many new TLS
    // sessions from".
    {"too many connections", true, {sessions, kSessions}},
    {"too many new tls sessions", true, {sessions, kSessions}},
    // Exim, smtp_in.c, and Amazon SES: "421 Too many concurrent SMTP connections". sendmail,
    // daemon.c: "421 4.3.2 Too many SMTP sessions for this host".
    {"too many concurrent", true, {sessions, kSessions}},
    {"too many smtp sessions", true, {sessions, kSessions}},
    {"too many sessions", true, {sessions, kSessions}},
    {"too many simultaneous", true, {sessions, kSessions}},
    // Exchange: "421 4.3.2 The maximum number of concurrent connections has exceeded a limit", "…
    // server connections has exceeded a per-source limit"; "432 4.3.2 Concurrent connections limit
    // exceeded".
    {"concurrent connections", true, {sessions, kSessions}},
    {"concurrent server connections", true, {sessions, kSessions}},
    // Contactlab's SmartRelay: "421 4.4.5 Service unavailable, concurrency limit reached".
    {"concurrency limit", true, {sessions, kSessions}},
    // Outlook.com: "421 RP-003 The mail server IP … has exceeded the connection limit allowed".
    {"connection limit", true, {sessions, kSessions}},
    // Postfix, smtpd.c: "450 4.7.1 Error: too much mail from", "too many recipients from".
    {"too much mail from", true, {us, kQuota}},
    {"too many recipients from", true, {us, kQuota}},
    // Gmail: "450 4.2.1 Peak SMTP relay limit exceeded for customer".
    {"relay limit exceeded", true, {us, kQuota}},
    // With any status, because only the sending side has a quota for sending.
    {"sending limit", true, {us, kQuota}},
    {"sending quota", true, {us, kQuota}},
    {"sending rate", true, {us, kQuota}},
    {"quota of your account", true, {us, kQuota}},
    {"message limit reached", true, {us, kQuota}},
    // Greylisting is about one recipient, with any status: postgrey ("450 4.2.0 … Greylisted"),
    // milter-greylist ("451 4.7.1 Greylisting in action"), rspamd ("451 4.7.1 Try again later").
    {"greylist", true, {recipient}},
    {"graylist", true, {recipient}},
    {"4.7.1 try again later", false, {recipient}},
    // Exchange: restrictions of one recipient, with any status ("5.7.1 RESOLVER.RST.…").
    {"resolver.rst", true, {recipient}},
    // Postfix says in these words whose restriction it was. It evaluates all of them at RCPT.
    {"sender address rejected", true, {us, kSender}},
    {"helo command rejected", true, {us, kHello}},
    {"client host rejected", true, {us, kBlocked}},
    {"relay access denied", true, {us, kRelay}},
    // Exchange Online, also with 5.2.0.
    {"sendasdenied", true, {us, kSender}},
    // Exim: its callout to the sender's server failed.
    {"sender verify failed", true, {us, kSender}},
    // Postfix uses the same words for a final "reject", which means that a sign-in is missing, and
    // for a table of recipients. If it is about one recipient, mails to others will show it.
    {"recipient address rejected: access denied", false, {us, kRelay}},
    {"recipient address rejected", false, {recipient}},
    // About the recipient, where there is no status or a wrong one (Yandex: "5.7.1 No such user!").
    {"not listed in", false, {recipient}},  // Domino's directory
    {"user not local", false, {recipient}},
    {"for this recipient", false, {recipient}},
    {"mailbox disabled", false, {recipient}},
    {"mailbox is disabled", false, {recipient}},
    {"allowed to receive", false, {recipient}},
    {"set up to receive", false, {recipient}},
    {"no such user", false, {recipient}},
    {"no such recipient", false, {recipient}},
    {"no such mailbox", false, {recipient}},
    {"user unknown", false, {recipient}},
    {"unknown user", false, {recipient}},
    {"unknown recipient", false, {recipient}},
    {"recipient unknown", false, {recipient}},
    {"user not found", false, {recipient}},
    {"recipient not found", false, {recipient}},
    {"mailbox not found", false, {recipient}},
    {"mailbox unavailable", false, {recipient}},
    {"mailbox is full", false, {recipient}},
    {"mailbox full", false, {recipient}},
    {"over quota", false, {recipient}},
    // Exchange, Amazon SES, SendGrid, IONOS.
    {"send as this sender", false, {us, kSender}},
    {"address is not verified", false, {us, kSender}},
    {"verified sender", false, {us, kSender}},
    {"sender address is not allowed", false, {us, kSender}},
    {"not authorized to send from", false, {us, kSender}},
    {"sender denied", false, {us, kSender}},
    {"unauthorized sender", false, {us, kSender}},
    {"sender not allowed", false, {us, kSender}},
    {"invalid helo", false, {us, kHello}},
    {"helo name", false, {us, kHello}},
    // Block lists are about our network address.
    {"blocked using", false, {us, kBlocked}},
    {"block list", false, {us, kBlocked}},
    {"blocklist", false, {us, kBlocked}},
    {"blacklist", false, {us, kBlocked}},
    {" rbl", false, {us, kBlocked}},
    {"listed at", false, {us, kBlocked}},
    {"listed in", false, {us, kBlocked}},
    {"listed on", false, {us, kBlocked}},
    {"listed by", false, {us, kBlocked}},
    {"reputation", false, {us, kBlocked}},
    {"blocked - see", false, {us, kBlocked}},
    {"ip not authorized", false, {us, kBlocked}},
    {"is not authorized to send", false, {us, kBlocked}},
    // Exim, sendmail, Exchange, qmail, Gmail.
    {"relay not permitted", false, {us, kRelay}},
    {"relaying denied", false, {us, kRelay}},
    {"relaying not allowed", false, {us, kRelay}},
    {"relay denied", false, {us, kRelay}},
    {"unable to relay", false, {us, kRelay}},
    {"list of allowed rcpthosts", false, {us, kRelay}},
    {"credentials for relay", false, {us, kRelay}},
    // Gmail, Exchange Online, Amazon SES and others.
    {"rate limit", false, {us, kQuota}},
    {"submission rate", false, {us, kQuota}},
    {"throttl", false, {us, kQuota}},
    {"insufficient system storage", false, {us, kSystem}},
    {"daily limit", false, {us, kQuota}},
    {"message quota", false, {us, kQuota}},
    {"emails per hour", false, {us, kQuota}},
    {"hourly limit", false, {us, kQuota}},
    {"relay limit", false, {us, kQuota}},
    {"sending suspended", false, {us, kAccount}},
    {"sending paused", false, {us, kAccount}},
    {"sending is disabled", false, {us, kAccount}},
    {"starttls", false, {us, kEncryption}},
    {"encryption required", false, {us, kEncryption}},
    {"authentication required", false, {us, kSignIn}},
    {"authentication is required", false, {us, kSignIn}},
    {"auth is required", false, {us, kSignIn}},
    {"please authenticate", false, {us, kSignIn}},
    {"authentication first", false, {us, kSignIn}},
    {"authenticate first", false, {us, kSignIn}},
    {"auth command", false, {us, kSignIn}},
    {"not authenticated", false, {us, kSignIn}},
    {"unauthenticated senders", false, {us, kSignIn}},
    {"unauthenticated email", false, {us, kUnproven}},
    {" spf ", false, {us, kUnproven}},
    {"dkim", false, {us, kUnproven}},
    {"dmarc", false, {us, kUnproven}},
});

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Removes a number of one to three digits from the front of `text` and returns it.
std::optional<int> take_number(std::string_view& text) {
  int value = 0;
  std::size_t size = 0;
  for (; size < text.size() && is_digit(text[size]); ++size) {
    if (size == 3) return std::nullopt;
    value = value * 10 + (text[size] - '0');
  }
  if (size == 0) return std::nullopt;
  text.remove_prefix(size);
  return value;
}

bool take_dot(std::string_view& text) {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return true;
}

// Removes a status from the front of `text`, with the spaces after it, and returns it: RFC 2034 §4,
// class "." subject "." detail. A network address like "5.1.2.3" is not a status.
EnhancedStatus take_status(std::string_view& text) {
  std::string_view rest = text;
  const auto status_class = take_number(rest);
  if (status_class != 2 && status_class != 4 && status_class != 5) return {};
  if (!take_dot(rest)) return {};
  const auto subject = take_number(rest);
  if (!subject || !take_dot(rest)) return {};
  const auto detail = take_number(rest);
  if (!detail || rest.starts_with('.')) return {};
  text = trim_ascii(rest);
  return {*status_class, *subject, *detail};
}

// The status as qmail and its descendants write it: "553 sorry, that domain isn't in my list
// (#5.7.1)".
EnhancedStatus status_in(std::string_view text) {
  const std::size_t at = text.find("(#");
  if (at == std::string_view::npos) return {};
  std::string_view rest = text.substr(at + 2);
  return take_status(rest);
}

// Null if there is no status, or none that the table has.
const StatusRow* row_of(EnhancedStatus status) {
  const auto found = std::find_if(kStatuses.begin(), kStatuses.end(), [&](const StatusRow& row) {
    return row.subject == status.subject &&
           (row.first == kAll || (row.first <= status.detail && status.detail <= row.last));
  });
  return status == EnhancedStatus{} || found == kStatuses.end() ? nullptr : &*found;
}

}  // namespace

std::string to_text(EnhancedStatus status) {
  if (status == EnhancedStatus{}) return {};
  return std::to_string(status.status_class) + "." + std::to_string(status.subject) + "." +
         std::to_string(status.detail);
}

std::optional<ReplyLine> parse_line(std::string_view line) {
  if (line.size() < 3 || line[0] < '2' || line[0] > '5' || !is_digit(line[1]) ||
      !is_digit(line[2]) || (line.size() > 3 && line[3] != ' ' && line[3] != '-')) {
    return std::nullopt;
  }
  ReplyLine parsed;
  parsed.is_last = line.size() == 3 || line[3] == ' ';
  parsed.reply.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  parsed.text = line.substr(std::min<std::size_t>(line.size(), 4));
  parsed.reply.status = take_status(parsed.text);
  if (parsed.reply.status == EnhancedStatus{}) parsed.reply.status = status_in(parsed.text);
  return parsed;
}

Blame blame_of(SmtpReply reply, std::string_view text) {
  if (reply.code < 400) return {};  // the answer to EHLO contains many of the words
  const StatusRow* const row = row_of(reply.status);
  const Blame by_status = row == nullptr ? Blame{} : row->blame;
  // A clear status is standardised, so most words only count without one.
  const bool is_vague = by_status.about == unsaid || by_status.is_vague;
  const std::string words = to_lower_ascii(text);
  const auto found = std::find_if(kWords.begin(), kWords.end(), [&](const WordsRow& candidate) {
    return (is_vague || candidate.beat_status) && words.find(candidate.words) != std::string::npos;
  });
  return found == kWords.end() ? by_status : found->blame;
}

}  // namespace promotions
