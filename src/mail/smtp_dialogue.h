// Follows an SMTP session from outside: the commands that went out, the lines that came back.
#pragma once

#include <string>
#include <string_view>

#include "mail/delivery_rules.h"
#include "mail/sign_in.h"

namespace promotions {

// For one transfer, on a new session or one in use already. Pure; one thread.
class SmtpDialogue {
 public:
  // `needs_auth`: go no further than EHLO on a session where AUTH is not offered. `starttls`: what
  // is offered counts only once the session is encrypted.
  SmtpDialogue(bool needs_auth, bool starttls) : needs_auth_(needs_auth), secured_(!starttls) {}

  // A line that was sent; mail content is not shown to it.
  void sent(std::string_view line);

  // A line that arrived. False: end the session here, no_auth() says why.
  bool received(std::string_view line);

  SmtpStage stage() const { return stage_; }
  SmtpReply reply() const { return reply_; }  // to the last command; zero if none
  // "550 5.1.1 No such user": its lines joined, however many there were, bounded.
  const std::string& reply_line() const { return reply_line_; }
  bool no_auth() const { return no_auth_; }
  bool is_quitting() const { return quitting_; }
  Mechanisms offered() const { return offered_; }            // by the last EHLO
  bool offers_starttls() const { return offers_starttls_; }  // by any EHLO

 private:
  bool needs_auth_;
  bool secured_;
  bool is_extended_ = false;   // EHLO was said, not HELO
  bool auth_offered_ = false;  // in answer to it
  Mechanisms offered_;
  bool offers_starttls_ = false;
  bool no_auth_ = false;
  bool quitting_ = false;  // libcurl says QUIT after a refusal; its 221 must not hide the reason
  SmtpStage stage_ = SmtpStage::connect;
  SmtpReply reply_;
  std::string reply_line_;
  SmtpReply unfinished_;         // of a reply of several lines: what the first said,
  std::string unfinished_text_;  // and their text, bounded

  void enter(SmtpStage stage);
  void note_extension(std::string_view line);
  void note_line(const ReplyLine& line);
};

}  // namespace promotions
