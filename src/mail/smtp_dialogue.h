// Follows an SMTP session by the commands that are sent and the lines that come back. Private to
// mail.
#pragma once

#include <string>
#include <string_view>

#include "mail/delivery_rules.h"
#include "mail/sign_in.h"

namespace promotions {

// Covers one transfer, on a new connection or on a kept one. Does no I/O. Not thread-safe.
class SmtpDialogue {
 public:
  // `needs_auth`: go no further than EHLO if the server does not offer AUTH. `starttls`: for that,
  // only what the server offers after the encryption has begun counts.
  SmtpDialogue(bool needs_auth, bool starttls) : needs_auth_(needs_auth), secured_(!starttls) {}

  // Call this for each line that was sent, but not for the content of the mail.
  void sent(std::string_view line);

  // Call this for each line that arrived. Returns false if the session must end here because
  // no_auth() is true.
  bool received(std::string_view line);

  SmtpStage stage() const { return stage_; }
  SmtpReply reply() const { return reply_; }  // to the last command; all zero if there is none yet
  // "550 5.1.1 No such user": the code, the status and all lines of the reply joined, bounded.
  const std::string& reply_line() const { return reply_line_; }
  bool no_auth() const { return no_auth_; }
  bool is_quitting() const { return quitting_; }
  Mechanisms offered() const { return offered_; }            // in the answer to the last EHLO
  bool offers_starttls() const { return offers_starttls_; }  // in the answer to any EHLO

 private:
  bool needs_auth_;
  bool secured_;
  bool is_extended_ = false;   // the last greeting was EHLO, not HELO
  bool auth_offered_ = false;  // in the answer to it, with whatever mechanisms
  Mechanisms offered_;
  bool offers_starttls_ = false;
  bool no_auth_ = false;
  bool quitting_ = false;  // libcurl sends QUIT after a refusal; its 221 must not hide the reason
  SmtpStage stage_ = SmtpStage::connect;
  SmtpReply reply_;
  std::string reply_line_;
  SmtpReply unfinished_;         // a reply of several lines: its code and its first status so far,
  std::string unfinished_text_;  // and its text so far, bounded

  void enter(SmtpStage stage);
  void note_extension(std::string_view line);
  void note_line(const ReplyLine& line);
};

}  // namespace promotions
