#include "mail/smtp_diagnosis.h"

namespace promotions {
namespace {

// Errors before the server says anything: "what happened; what would help".
constexpr std::string_view kUntrusted =
    "the server cannot prove that it is mail.smtp.host; set mail.smtp.host to a name that its "
    "certificate has, name the authority that signed it in mail.smtp.ca_file, or have one that has "
    "expired renewed";
constexpr std::string_view kUnknownHost =
    "there is no such host; correct mail.smtp.host, or see that this machine can look up names";
constexpr std::string_view kRefused =
    "nobody listens there, or a firewall refuses; correct mail.smtp.host and mail.smtp.port, or "
    "start the mail server";
constexpr std::string_view kMute =
    "the server did not answer within mail.smtp.timeout; see that host and port are right and no "
    "firewall is between (many networks block port 25: use 587 or 465)";
constexpr std::string_view kSlow =
    "the server took longer than mail.smtp.timeout; raise that, or ask the server's operator";
constexpr std::string_view kHungUp =
    "the server hung up; see that mail.smtp.port is a port for mail, and ask its operator whether "
    "it admits this machine";
constexpr std::string_view kNoTls =
    "no encryption could be agreed upon; the server must speak TLS 1.2 or newer on this port, or "
    "mail.smtp.security be none for a server on this machine";

std::string detail_of(const SmtpEnding& ending, std::string_view misfit) {
  const SmtpStage stage = ending.dialogue.stage();
  const std::string place = std::string(to_text(stage)) + ": ";
  const std::string& reply_line = ending.dialogue.reply_line();
  const int code = ending.dialogue.reply().code;
  // The server's own words say most. A reply below 400 to `content` means that it took the mail.
  if (code >= 400) return redacted(place + reply_line);
  if (stage == SmtpStage::content && code != 0) return redacted(reply_line);
  if (!misfit.empty()) {
    return (ending.fault == TransferFault::tls ? "no encrypted connection: " : place) +
           std::string(misfit);
  }
  switch (ending.fault) {
    case TransferFault::none:
      return redacted(reply_line);
    case TransferFault::no_login:
      if (stage == SmtpStage::auth) return redacted(place + reply_line);
      return "the server offers no AUTH that can be used (PLAIN, LOGIN or CRAM-MD5), but "
             "mail.smtp.username is set";
    case TransferFault::tls:
      return redacted("no encrypted connection: " + ending.explanation);
    case TransferFault::unknown_host:
    case TransferFault::unreachable:
    case TransferFault::timeout:
    case TransferFault::lost:
    case TransferFault::local:
      break;
  }
  if (stage == SmtpStage::content) {
    return redacted("no answer after the content was sent: " + ending.explanation);
  }
  return redacted(place + ending.explanation);
}

std::string_view meaning_of_fault(const SmtpEnding& ending) {
  switch (ending.fault) {
    case TransferFault::unknown_host:
      return kUnknownHost;
    case TransferFault::unreachable:
      return kRefused;
    case TransferFault::tls:
      return ending.distrusts_server ? kUntrusted : kNoTls;
    case TransferFault::timeout:
      return ending.was_connected ? kSlow : kMute;
    case TransferFault::lost:
      // Later the server may have hung up because of the recipient or the mail.
      return ending.dialogue.stage() <= SmtpStage::mail ? kHungUp : std::string_view{};
    case TransferFault::none:
    case TransferFault::no_login:
    case TransferFault::local:
      break;
  }
  return {};
}

std::string_view meaning_for(const SmtpEnding& ending, std::string_view misfit,
                             const DeliveryRule& rule) {
  const SmtpDialogue& dialogue = ending.dialogue;
  if (rule.outcome == DeliveryClass::delivered) return {};
  // The meaning of the rule comes first. That of the fault only counts if there was neither a
  // refusal nor a misfit, which already explain what happened.
  const auto told = meaning_of(rule, dialogue.reply(), dialogue.reply_line());
  if (!told.empty() || !misfit.empty() || dialogue.reply().code >= 400) return told;
  return meaning_of_fault(ending);
}

}  // namespace

bool is_mute(const SmtpEnding& ending, SmtpSecurity security) {
  if (!ending.was_connected || ending.on_kept_connection ||
      ending.dialogue.stage() != SmtpStage::connect || ending.distrusts_server) {
    return false;
  }
  const bool fell_silent =
      ending.fault == TransferFault::timeout || ending.fault == TransferFault::lost;
  switch (security) {
    // We waited for a greeting. A port for TLS waits for the client to begin.
    case SmtpSecurity::starttls:
    case SmtpSecurity::none:
      return fell_silent;
    // We began TLS. A port without it cannot answer that, or sends a greeting in plain text.
    case SmtpSecurity::tls:
      return !ending.was_encrypted && (fell_silent || ending.fault == TransferFault::tls);
  }
  return false;
}

std::string_view misfit(const SmtpEnding& ending, SmtpSecurity security) {
  const SmtpDialogue& dialogue = ending.dialogue;
  // The offer of the server is only the problem if the session ended right after its good answer to
  // EHLO.
  if (dialogue.stage() != SmtpStage::hello || dialogue.reply().code / 100 != 2) return {};
  switch (security) {
    case SmtpSecurity::starttls:
      if (dialogue.offers_starttls() || ending.fault != TransferFault::tls) return {};
      return "the server offers no STARTTLS on this port; set mail.smtp.port to one where it does "
             "(usually 587), or mail.smtp.security to tls (usually port 465), or to none for a "
             "server on this machine";
    case SmtpSecurity::none:
      if (!dialogue.offers_starttls() || ending.fault != TransferFault::no_login) return {};
      return "the server offers no sign-in (AUTH) before STARTTLS; set mail.smtp.security to "
             "starttls";
    case SmtpSecurity::tls:
      break;
  }
  return {};
}

std::string_view misfit_by_other_way(const SmtpEnding& other, SmtpSecurity security) {
  switch (security) {
    case SmtpSecurity::starttls:
    case SmtpSecurity::none:
      if (!other.was_encrypted) return {};
      return "the server wants TLS from the first byte on this port; set mail.smtp.security to tls";
    case SmtpSecurity::tls:
      if (other.dialogue.stage() == SmtpStage::connect) return {};
      if (other.dialogue.offers_starttls()) {
        return "the server starts without encryption on this port; set mail.smtp.security to "
               "starttls";
      }
      return "the server offers no encryption on this port; set mail.smtp.port to one where it "
             "does "
             "(usually 465), or mail.smtp.security to none for a server on this machine";
  }
  return {};
}

Delivery to_delivery(const SmtpEnding& ending, std::string_view misfit) {
  const SmtpDialogue& dialogue = ending.dialogue;
  const SmtpReply reply = dialogue.reply();
  const DeliveryRule& rule = rule_for(dialogue.stage(), reply, ending.fault, dialogue.reply_line());
  return {.outcome = rule.outcome,
          .reply_code = reply.code,
          .detail = detail_of(ending, misfit),
          .status = to_text(reply.status),
          .rule = rule.name,
          .meaning = meaning_for(ending, misfit, rule),
          .had_recipient = dialogue.stage() >= SmtpStage::recipient};
}

}  // namespace promotions
