#include "mail/smtp_dialogue.h"

#include <algorithm>
#include <array>
#include <utility>

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

constexpr std::array<std::pair<std::string_view, SmtpStage>, 7> kCommands{{
    {"ehlo", SmtpStage::hello},
    {"starttls", SmtpStage::starttls},
    {"auth", SmtpStage::auth},
    {"mail", SmtpStage::mail},
    {"rset", SmtpStage::reset},
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
  unfinished_ = {};
  unfinished_text_.clear();
}

void SmtpDialogue::sent(std::string_view line) {
  const std::string verb = verb_of(line);
  // A line after 334 is not a command (RFC 4954 §4): a password in base64 may look like any verb.
  if (stage_ == SmtpStage::auth && reply_.code == 334) return enter(SmtpStage::auth);
  if (verb == "quit") quitting_ = true;
  if (quitting_ || stage_ == SmtpStage::content) return;
  if (verb == "helo" || verb == "ehlo") {
    is_extended_ = verb == "ehlo";
    auth_offered_ = false;
    offered_ = {};
  }
  // HELO is not in the table: libcurl sends it after a refused EHLO. If HELO gets no answer, that
  // refusal is the reply that counts.
  for (const auto& [name, stage] : kCommands) {
    if (name == verb) enter(stage);
  }
}

void SmtpDialogue::note_extension(std::string_view line) {
  const std::string keyword = verb_of(line);
  if (keyword == "starttls") offers_starttls_ = true;
  // Before RFC 2554 it was written "AUTH=PLAIN LOGIN".
  if (keyword != "auth" && !keyword.starts_with("auth=")) return;
  auth_offered_ = true;
  for (std::string_view rest = line.substr(4); !rest.empty();) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" ="), rest.size()));
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (const auto mechanism = mechanism_named(rest.substr(0, end))) offered_.add(*mechanism);
    rest.remove_prefix(end);
  }
}

// Joins the lines of a reply. Providers write the reason in the first lines, and in the last one
// where to read more.
void SmtpDialogue::note_line(const ReplyLine& line) {
  constexpr std::size_t kMaxText = 500;
  if (unfinished_.code != line.reply.code) {  // the first line of a reply
    unfinished_ = line.reply;
    unfinished_text_.clear();
  }
  if (unfinished_.status == EnhancedStatus{}) unfinished_.status = line.reply.status;
  if (unfinished_text_.size() < kMaxText && !line.text.empty()) {
    if (!unfinished_text_.empty()) unfinished_text_ += ' ';
    unfinished_text_ += line.text.substr(0, kMaxText);
  }
}

bool SmtpDialogue::received(std::string_view line) {
  if (quitting_) return true;
  line = line.substr(0, line.find_last_not_of(" \t\r\n") + 1);
  if (stage_ == SmtpStage::connect) enter(SmtpStage::greeting);
  if (stage_ == SmtpStage::hello && is_extended_ && line.size() > 4) {
    note_extension(line.substr(4));
  }
  const auto parsed = parse_line(line);
  if (!parsed) return true;  // not a reply: ignore it
  note_line(*parsed);
  if (!parsed->is_last) return true;

  // The reply is complete: it answers the last command.
  reply_ = unfinished_;
  reply_line_ = std::to_string(reply_.code);
  for (const std::string& part : {to_text(reply_.status), unfinished_text_}) {
    if (!part.empty()) reply_line_ += " " + part;
  }
  unfinished_ = {};
  unfinished_text_.clear();

  if (stage_ == SmtpStage::starttls && reply_.code == 220) secured_ = true;
  if (stage_ == SmtpStage::data && reply_.code == 354) enter(SmtpStage::content);
  if (stage_ == SmtpStage::hello && reply_.code / 100 == 2) {
    // Before STARTTLS many servers do not offer AUTH; only the EHLO after it counts (RFC 3207
    // §4.2).
    no_auth_ = needs_auth_ && secured_ && !auth_offered_;
  }
  return !no_auth_;
}

}  // namespace promotions
