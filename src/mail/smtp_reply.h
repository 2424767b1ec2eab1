// What a server's reply says, and about whom. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace promotions {

// RFC 3463 §2: "5.7.1" is {5, 7, 1}. All zero: there is none.
struct EnhancedStatus {
  int status_class = 0;  // 2, 4 or 5
  int subject = 0;
  int detail = 0;
  friend bool operator==(const EnhancedStatus&, const EnhancedStatus&) = default;
};
std::string to_text(EnhancedStatus status);  // "5.7.1", or ""

// A final reply. All zero: the command got no answer.
struct SmtpReply {
  int code = 0;  // RFC 5321 §4.2
  EnhancedStatus status = {};
  friend bool operator==(const SmtpReply&, const SmtpReply&) = default;
};

struct ReplyLine {
  SmtpReply reply;
  bool is_last = true;    // RFC 5321 §4.2.1: "550-No such" has more lines to come
  std::string_view text;  // after code and status
};
// "550 5.1.1 No such user" -> {{550, {5, 1, 1}}, true, "No such user"}. nullopt: `line` is no
// reply.
std::optional<ReplyLine> parse_line(std::string_view line);

// Whom a refusal is about.
enum class About {
  unsaid,
  recipient,
  us,        // sender, account, relay, quota, policy, or the server as a whole
  unclear,   // "security or policy", no more: the mail's or ours
  sessions,  // that we have too many at once
  message,   // its size or form
  anyone,    // in a rule: whichever of these
};

struct Blame {
  About about = About::unsaid;
  std::string_view meaning = {};  // "what happened; what would help", for refusals of us
  bool is_vague = false;          // words tell more, if there are any
};

// By status and words; `text` is the reply's whole text.
Blame blame_of(SmtpReply reply, std::string_view text);

}  // namespace promotions
