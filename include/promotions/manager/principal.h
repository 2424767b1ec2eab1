// Who asks for something. Found once, where a request comes in, and handed to whatever is done:
// each thing that an administrator does is logged with it.
#pragma once

#include <string>

namespace promotions {

struct Principal {
  enum class Kind {
    participant,  // anybody, by a link or a form
    account,      // of an administrator, whose password was right
    owner,        // of the process, at its control socket
  };
  Kind kind = Kind::participant;
  std::string account{};  // its name
  // What limits count by: an IPv4 address or the /64 of an IPv6 address; empty for the owner, who
  // has none.
  std::string network{};
};

// For the log: "account ana", "the owner", "a participant".
std::string to_text(const Principal& who);

}  // namespace promotions
