#include "mail/smtp_dialogue.h"

#include <array>
#include <utility>

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

constexpr std::array<std::pair<std::string_view, SmtpStage>, 7> kCommands{{
    {"ehlo", SmtpStage::hello},
    {"starttls", SmtpStage::starttls},
    {"auth", SmtpStage::auth},
    {"noop", SmtpStage::noop},
    {"mail", SmtpStage::mail},
    {"rcpt", SmtpStage::recipient},
    {"data", SmtpStage::data},
}};

std::string verb_of(std::string_view line) {
  return to_lower_ascii(line.substr(0, line.find_first_of(" \r\n")));
}

}  // namespace

void SmtpDialogue::enter(SmtpStage stage) {
  stage_ = stage;
  reply_ = {};
  reply_line_.clear();
}

void SmtpDialogue::sent(std::string_view line) {
  const std::string verb = verb_of(line);
  // A password in base64 may look like any verb: what follows 334 is no command (RFC 4954 §4).
  if (stage_ == SmtpStage::auth && reply_.code == 334) return enter(SmtpStage::auth);
  if (verb == "quit") quitting_ = true;
  if (quitting_ || stage_ == SmtpStage::content) return;
  if (verb == "helo" || verb == "ehlo") {
    is_extended_ = verb == "ehlo";
    auth_offered_ = false;
  }
  // HELO is libcurl's second try after a refused EHLO. If it gets no answer, that refusal counts.
  for (const auto& [name, stage] : kCommands) {
    if (name == verb) enter(stage);
  }
}

bool SmtpDialogue::received(std::string_view line) {
  if (quitting_) return true;
  line = line.substr(0, line.find_last_not_of(" \t\r\n") + 1);
  if (stage_ == SmtpStage::connect) enter(SmtpStage::greeting);
  if (stage_ == SmtpStage::hello && is_extended_ && line.size() > 4) {
    const std::string keyword = verb_of(line.substr(4));
    auth_offered_ = auth_offered_ || keyword == "auth" || keyword.starts_with("auth=");
  }
  const SmtpReply reply = parse_reply(line);
  if (reply.code == 0) return true;  // more lines follow, or it is noise
  reply_ = reply;
  reply_line_ = line;

  if (stage_ == SmtpStage::starttls && reply_.code == 220) secured_ = true;
  if (stage_ == SmtpStage::data && reply_.code == 354) enter(SmtpStage::content);
  if (stage_ == SmtpStage::hello && reply_.code / 100 == 2) {
    no_auth_ = needs_auth_ && secured_ && !auth_offered_;
  }
  return !no_auth_;
}

}  // namespace promotions
