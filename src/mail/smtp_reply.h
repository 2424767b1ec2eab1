// Parses a server's reply and finds out whom a refusal is about. Pure functions, private to mail.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace promotions {

// RFC 3463 §2: "5.7.1" is {5, 7, 1}. All zero: the reply has no status.
struct EnhancedStatus {
  int status_class = 0;  // 2, 4 or 5
  int subject = 0;
  int detail = 0;
  friend bool operator==(const EnhancedStatus&, const EnhancedStatus&) = default;
};
std::string to_text(EnhancedStatus status);  // "5.7.1", or ""

// A complete reply. All zero: the command got no answer.
struct SmtpReply {
  int code = 0;  // RFC 5321 §4.2
  EnhancedStatus status = {};
  friend bool operator==(const SmtpReply&, const SmtpReply&) = default;
};

struct ReplyLine {
  SmtpReply reply;
  bool is_last = true;    // RFC 5321 §4.2.1: "550-No such" has more lines to come
  std::string_view text;  // the text after code and status
};
// "550 5.1.1 No such user" -> {{550, {5, 1, 1}}, true, "No such user"}. Returns nullopt if `line`
// is not a line of a reply.
std::optional<ReplyLine> parse_line(std::string_view line);

// Whom a refusal is about.
enum class About {
  unsaid,
  recipient,
  us,        // our sender, account, relaying, quota or policy, or the server as a whole
  unclear,   // only "security or policy": it may be about the mail or about us
  sessions,  // we have too many sessions at once
  message,   // the size or the form of the mail
  anyone,    // only in rules: any of these
};

struct Blame {
  About about = About::unsaid;
  std::string_view meaning = {};  // "what happened; what would help", for refusals of us
  bool is_vague = false;          // the words of the reply may tell more
};

// Judges by the status and the words; `text` is the whole text of the reply.
Blame blame_of(SmtpReply reply, std::string_view text);

}  // namespace promotions
