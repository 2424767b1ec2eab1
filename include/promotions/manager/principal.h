// Who asks for something: found once, where a request comes in, and handed down from there.
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

}  // namespace promotions
