// Who makes a request. It is determined once, where the request comes in, and passed down from
// there: each thing that an administrator does is logged with it.
#pragma once

#include <string>

namespace promotions {

struct Principal {
  enum class Kind {
    participant,  // anybody who uses a link or a form
    account,      // an administrator who has logged in
    owner,        // the user who runs the process, through its control socket
  };
  Kind kind = Kind::participant;
  std::string account{};  // the administrator's account name; empty for others
  // The client, as limits count: an IPv4 address or the /64 of an IPv6 address. Empty for the
  // owner, who has no limits.
  std::string network{};
};

// For the log: "account ana", "the owner", "a participant".
std::string to_text(const Principal& who);

}  // namespace promotions
