#include "mail/smtp_reply.h"

#include "mail/delivery_rules.h"
#include "mail/reply_of.h"
#include "support/catch.h"

using namespace promotions;
using enum SmtpStage;
using enum DeliveryClass;

namespace {

struct RealReply {
  SmtpStage stage;
  const char* line;
  DeliveryClass expected;
};

void check_classes(std::initializer_list<RealReply> replies) {
  for (const RealReply& real : replies) {
    CAPTURE(to_text(real.stage), real.line);
    const SmtpReply reply = reply_of(real.line);
    const DeliveryRule& rule = rule_for(real.stage, reply, TransferFault::lost, real.line);
    CAPTURE(rule.name);
    CHECK(to_text(rule.outcome) == to_text(real.expected));
    // Where only an operator can help, they are told how.
    if (rule.outcome == refused_us || rule.outcome == auth_refused) {
      CHECK(meaning_of(rule, reply, real.line).find(';') != std::string_view::npos);
    }
  }
}

std::string_view meaning(SmtpStage stage, const char* line) {
  const SmtpReply reply = reply_of(line);
  return meaning_of(rule_for(stage, reply, TransferFault::lost, line), reply, line);
}

}  // namespace

TEST_CASE("parse_line: code and status", "[mail]") {
  CHECK(reply_of("550 5.1.1 no such user") == SmtpReply{550, {5, 1, 1}});
  CHECK(reply_of("250 2.0.0") == SmtpReply{250, {2, 0, 0}});
  CHECK(reply_of("450 greylisted") == SmtpReply{450});
  CHECK(reply_of("450 4 times") == SmtpReply{450});
  CHECK(reply_of("450 4.x") == SmtpReply{450});
  CHECK(reply_of("550 3.1.1 odd") == SmtpReply{550});
  CHECK(reply_of("354") == SmtpReply{354});
  CHECK(reply_of("") == SmtpReply{});
  CHECK(reply_of("hello") == SmtpReply{});
  CHECK(reply_of("25") == SmtpReply{});
  CHECK(reply_of("650 no") == SmtpReply{});
  CHECK(reply_of("550 5.7.501 Access denied") == SmtpReply{550, {5, 7, 501}});
  CHECK(reply_of("550 5.7.1") == SmtpReply{550, {5, 7, 1}});
  CHECK(reply_of("553 sorry, not in my list (#5.7.1)") == SmtpReply{553, {5, 7, 1}});
  CHECK(reply_of("554 5.1.2.3 is not welcome") == SmtpReply{554});
  CHECK(reply_of("550 5.1 none") == SmtpReply{550});
  CHECK(reply_of("550 5.7.1000 none") == SmtpReply{550});
  // Lines that only begin like a reply.
  CHECK(reply_of("2500 bytes") == SmtpReply{});
  CHECK(reply_of("250ok") == SmtpReply{});
  CHECK(reply_of("250\tok") == SmtpReply{});
  CHECK(reply_of("250-ok") == SmtpReply{});
  CHECK(reply_of(" 250 ok") == SmtpReply{});
}

TEST_CASE("replies about us: the mail is not to blame", "[mail]") {
  check_classes({
      // Postfix.
      {recipient, "553 5.7.1 <a@example.com>: Sender address rejected: not owned by user mailer",
       refused_us},
      {mail, "553 5.7.1 <a@example.com>: Sender address rejected: not logged in", refused_us},
      {recipient, "550 5.1.0 <a@example.com>: Sender address rejected: User unknown in local table",
       refused_us},
      {recipient, "554 5.7.1 <b@example.org>: Relay access denied", refused_us},
      {recipient, "554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied",
       refused_us},
      {recipient, "554 5.7.1 <b@example.org>: Recipient address rejected: Access denied",
       refused_us},
      {recipient, "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname",
       refused_us},
      {recipient,
       "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.example",
       refused_us},
      // Gmail.
      {data, "550 5.4.5 Daily user sending limit exceeded.", refused_us},
      {mail, "550 5.4.5 Daily user sending limit exceeded.", refused_us},
      {recipient, "550 5.7.1 Daily SMTP relay sending limit exceeded for customer.", refused_us},
      {content, "550 5.7.26 This mail has been blocked because the sender is unauthenticated.",
       refused_us},
      {content,
       "550 5.7.1 The IP you're using to send mail is not authorized to send email directly",
       refused_us},
      {content, "550 5.7.30 This mail has been blocked because DKIM does not pass.", refused_us},
      {mail, "550 5.7.0 Mail relay denied [192.0.2.1].", refused_us},
      // Exchange.
      {content, "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
       refused_us},
      {content, "554 5.2.252 SendAsDenied; a@example.com not allowed to send as b@example.com",
       refused_us},
      {content, "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiException",
       refused_us},
      {mail, "550 5.7.501 Access denied, spam abuse detected from 192.0.2.1", refused_us},
      {content, "550 5.1.8 Access denied, bad outbound sender", refused_us},
      {content, "550 5.1.90 Your message can't be sent because you've reached your daily limit",
       refused_us},
      {content, "550 5.7.705 Access denied, tenant has exceeded threshold", refused_us},
      {recipient, "550 5.7.64 TenantAttribution; Relay Access Denied", refused_us},
      // Amazon SES, SendGrid: no status.
      {content, "554 Message rejected: Email address is not verified. The following identities",
       refused_us},
      {content, "554 Message rejected: Sending suspended for this account. For more information",
       refused_us},
      {content, "550 The from address does not match a verified Sender Identity.", refused_us},
      {mail, "550 Unauthenticated senders not allowed", refused_us},
      // Exim, qmail, sendmail.
      {recipient, "550 relay not permitted", refused_us},
      {recipient, "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
       refused_us},
      {recipient, "550 5.7.1 <b@example.org>... Relaying denied", refused_us},
      {recipient, "550 Sender verify failed", refused_us},
      {recipient, "550 5.7.1 Authentication required", refused_us},
      {mail, "501 5.1.7 Bad sender address syntax", refused_us},
      // At the door.
      {greeting, "554 mx.example ESMTP not accepting messages", refused_us},
      {greeting, "550 5.7.1 blocked", refused_us},
      {mail, "554 5.7.1 Access denied", refused_us},
      {mail, "554 no", refused_us},
      // The sign-in.
      {mail, "530 5.7.0 Must issue a STARTTLS command first", auth_refused},
      {mail, "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail", auth_refused},
      {recipient, "530 5.7.1 Authentication required", auth_refused},
      {auth, "535 5.7.8 Username and Password not accepted", auth_refused},
  });
}

TEST_CASE("replies about the recipient: the mail is dead, and others go on", "[mail]") {
  check_classes({
      {recipient, "550 5.1.1 <b@example.org>: Recipient address rejected: User unknown", permanent},
      {recipient, "550 5.2.1 The email account that you tried to reach is inactive", permanent},
      {recipient, "550 no such user", permanent},
      {recipient, "550 5.7.1 No such user!", permanent},
      {recipient, "550 Requested action not taken: mailbox unavailable", permanent},
      {recipient, "550 5.5.0 Requested action not taken: mailbox unavailable", permanent},
      {recipient, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", permanent},
      {recipient, "556 5.1.10 Domain does not accept mail", permanent},
      {recipient, "550 5.1.2 Bad destination system", permanent},
      {content, "552 5.2.2 The recipient's inbox is out of storage space", permanent},
      {recipient, "550 5.4.1 Recipient address rejected: Access denied.", permanent},
      {recipient, "550 5.7.2 this list is for its members", permanent},
      {recipient, "525 5.7.13 disabled recipient address", permanent},
      {recipient, "550 5.7.17 Mailbox owner has changed", permanent},
      {content, "550 5.7.124 Sender not in allowed-senders list", permanent},
      {content, "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required",
       permanent},
      {content, "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required", permanent},
      {recipient, "550 5.7.504 Recipient address rejected: Access denied", permanent},
      // The mail itself.
      {content, "554 5.6.0 malformed", permanent},
      {mail, "552 5.3.4 Message size exceeds fixed limit", permanent},
      {content, "554 Transaction failed", permanent},
  });
}

TEST_CASE("replies of which nobody can say whom they are about are told apart", "[mail]") {
  check_classes({
      {content, "550 5.7.1 Command rejected", refused_unclear},
      {content, "550 5.7.1 Message rejected as spam by content filter", refused_unclear},
      {recipient, "554 5.7.0 no", refused_unclear},
      {content, "550 5.7.1 This message violates example.com email policy. - gcdp",
       refused_unclear},
      // No recipient is known yet.
      {mail, "550 5.7.1 Message rejected", refused_us},
  });
}

TEST_CASE("replies about us for now: the mails wait, and spend no attempt", "[mail]") {
  check_classes({
      {recipient, "454 4.7.1 <b@example.org>: Relay access denied", deferred_us},
      {recipient, "450 4.7.1 Client host rejected: cannot find your reverse hostname", deferred_us},
      {recipient, "550 4.7.1 not now", deferred_us},
      {content, "451 4.7.1 Service unavailable - try again later", deferred_us},
      {recipient, "454 4.7.0 Cannot do that now", deferred_us},
      // Rates and quotas: Postfix, Gmail, Amazon SES, Exchange Online.
      {mail, "450 4.7.1 Error: too much mail from 192.0.2.1", deferred_us},
      {recipient, "450 4.7.1 Error: too many recipients from 192.0.2.1", deferred_us},
      {recipient, "450 4.2.1 Peak SMTP relay limit exceeded for customer.", deferred_us},
      {recipient, "452 4.5.3 Your message has too many recipients.", deferred_us},
      {content, "454 Throttling failure: Daily message quota exceeded", deferred_us},
      {mail, "451 4.7.1 Try again later, quota of your account exceeded", deferred_us},
      {content, "450 4.2.1 You have reached your hourly sending quota", deferred_us},
      {content, "451 4.3.0 Daily message limit reached", deferred_us},
      {content, "454 Throttling failure: Maximum sending rate exceeded.", deferred_us},
      {mail, "451 4.7.500 Server busy. Please try again later from [192.0.2.1].", deferred_us},
      {mail, "451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited",
       deferred_us},
      // The server itself.
      {mail, "452 4.3.1 Insufficient system storage", deferred_us},
      {content, "452 4.3.1 Insufficient system resources", deferred_us},
      {mail, "452 Insufficient system storage", deferred_us},
      {recipient, "450 4.3.2 Service currently unavailable", deferred_us},
      {mail, "421 4.7.0 Try again later, closing connection", lane_trouble},
  });
}

TEST_CASE("replies about the recipient for now: the mail comes later, and others go on", "[mail]") {
  check_classes({
      {recipient, "452 4.2.2 The email account that you tried to reach is over quota", temporary},
      {recipient, "450 4.2.1 The user you are trying to contact is receiving mail too quickly",
       temporary},
      {recipient, "452 4.3.1 <b@example.org>: mailbox full", temporary},
      // postgrey, milter-greylist, rspamd.
      {recipient, "450 4.2.0 <b@example.org>: Recipient address rejected: Greylisted", temporary},
      {recipient, "451 4.7.1 Greylisting in action, please come back in 00:05:00", temporary},
      {content, "451 4.7.1 Try again later", temporary},
      {recipient, "450 4.1.1 <b@example.org>: unverified address", temporary},
      {content, "451 4.3.0 queue file write error", temporary},
      {recipient, "451 local error in processing", temporary},
  });
}

TEST_CASE("replies that we have too many sessions mean fewer of them, whenever they come",
          "[mail]") {
  check_classes({
      {greeting, "421 4.7.0 mail.example Error: too many connections from 192.0.2.1", crowded},
      {hello, "421 Too many concurrent SMTP connections", crowded},
      {greeting, "450 4.3.2 try again", crowded},
      {mail, "421 4.7.0 mail.example Error: too many connections from 192.0.2.1", crowded},
      {recipient, "421 mail.example: Too many concurrent SMTP connections; please try again later",
       crowded},
      {mail,
       "421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing "
       "transmission channel",
       crowded},
      {mail,
       "421 4.3.2 The maximum number of concurrent server connections has exceeded a per-source "
       "limit, closing transmission channel",
       crowded},
      {content, "432 4.3.2 Concurrent connections limit exceeded", crowded},
      {mail, "421 4.3.2 Too many SMTP sessions for this host", crowded},
      {auth, "421 4.4.5 Service unavailable, concurrency limit reached", crowded},
      {starttls, "421 4.7.0 mail.example Error: too many new TLS sessions from 192.0.2.1", crowded},
      {mail, "421 RP-003 The mail server IP has exceeded the connection limit allowed", crowded},
      {recipient, "421 4.3.2 closing", lane_trouble},
  });
}

TEST_CASE("replies of Exim 4.96 and OpenSMTPD 6.8, as they were met", "[mail]") {
  check_classes({
      {greeting,
       "421 Too many concurrent SMTP connections from this IP address; please try again later.",
       crowded},
      {hello, "550 HELO name localhost is not welcome", refused_us},
      {mail, "550 Sender <a@example.com> is not allowed here", refused_us},
      {recipient, "550 relay not permitted", refused_us},
      {recipient, "550 Unrouteable address", permanent},
      {recipient, "550 Unknown user", permanent},
      // OpenSMTPD has these words for an unknown recipient, a refused sender and a refused relay
      // alike: only that they come at one domain after the other tells whose matter it is.
      {recipient, "550 Invalid recipient: <b@example.org>", permanent},
      // After 100 mails in a session; a fresh one takes more.
      {mail, "452 4.5.3 Too many recipients: Too many messages sent", deferred_us},
  });
}

TEST_CASE("delivery rules: words tell a recipient's own policy from one about us", "[mail]") {
  check_classes({
      {recipient, "550 5.7.1 <bad@a.example>: Recipient address rejected: delivery not authorized",
       permanent},
      {recipient, "550 5.7.1 Mailbox disabled for this recipient", permanent},
      {recipient, "551 5.7.1 user not local", permanent},
      {recipient, "550 5.7.1 User bob is not allowed to receive external mail", permanent},
      {recipient, "554 5.7.1 The group bob isn't set up to receive messages from outside",
       permanent},
      {recipient, "550 User not listed in public Name & Address Book", permanent},
      {recipient, "554 5.7.1 <a@b.example>: Recipient address rejected: Access denied", refused_us},
      {recipient, "550 JunkMail rejected - host is in an RBL, see a page", refused_us},
      {recipient, "550 Blocked - see https://ipcheck.example/?ip=192.0.2.1", refused_us},
      {recipient, "550 5.0.0 rejected: 192.0.2.1 listed at bl.example", refused_us},
      {recipient, "554 refused because of the sending host's poor reputation", refused_us},
      {recipient, "503 5.5.1 Authentication first", refused_us},
      {recipient, "503 AUTH command must be issued first", refused_us},
      {recipient, "550 5.1.0 Sender denied", refused_us},
      {recipient, "550 5.1.0 Address rejected", permanent},
      {recipient, "554 5.5.0 Unauthorized sender address", refused_us},
      {recipient, "550 Access denied - Invalid HELO name", refused_us},
      {content, "550 Domain a.example has exceeded the max emails per hour", refused_us},
      {content, "550 Unauthenticated email is not accepted from this domain", refused_us},
  });
}

TEST_CASE("meanings: each says what would help", "[mail]") {
  const auto says = [](SmtpStage stage, const char* line, std::string_view key) {
    CAPTURE(line);
    CHECK(meaning(stage, line).find(key) != std::string_view::npos);
  };
  says(recipient, "553 5.7.1 <a@b>: Sender address rejected: not owned by user x", "mail.from");
  says(mail, "550 no", "mail.from");
  says(mail, "550 5.7.1 Daily sending limit exceeded", "rate_per_second");
  says(content, "550 5.4.5 Daily user sending limit exceeded", "rate_per_second");
  says(mail, "530 5.7.0 Must issue a STARTTLS command first", "mail.smtp.security");
  says(mail, "530 5.7.0 no", "mail.smtp.username");
  says(mail, "530 Authentication required", "mail.smtp.username");
  says(auth, "535 5.7.8 wrong", "mail.smtp.password_file");
  says(hello, "550 no", "mail.smtp.helo");
  says(recipient, "504 5.5.2 <localhost>: Helo command rejected: Host not found", "mail.smtp.helo");
  says(greeting, "421 too many", "mail.smtp.connections");
  says(content, "550 5.7.26 unauthenticated", "SPF");
  says(content, "550 5.7.1 Message rejected", "its operator can tell more");
  says(mail, "421 4.7.0 Error: too many connections from 192.0.2.1", "mail.smtp.connections");
  says(mail, "450 4.7.1 Error: too much mail from 192.0.2.1", "rate_per_second");
  says(mail, "452 4.3.1 Insufficient system storage", "no room");
  CHECK(meaning(recipient, "550 5.1.1 no such user").empty());
  CHECK(meaning(recipient, "450 4.2.0 greylisted").empty());
}
