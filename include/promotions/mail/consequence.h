// What happens to a job and its mail lane after an attempt with a given outcome. The table is in
// mail/delivery_rules.cpp, next to the one for replies. It has enums of its own, because mail knows
// nothing about queues.
#pragma once

#include <chrono>

#include "promotions/mail/transport.h"

namespace promotions {

enum class JobFate {
  done,
  retried,    // tried again later; the attempt counts, and the job is dead if it was the last
  late_once,  // tried once more after kLateTry; the attempt counts; dead if that ends the same way
  dead,
  unspent,  // ready again, as if it had not been tried
};

enum class LaneFate {
  goes_on,
  rests,    // after the rest one job tries first, before the others follow
  narrows,  // goes on with fewer sessions if other sessions of ours work; otherwise it rests
  doubts,   // at once another mail shows whether only this one is to blame; if not, the lane stops
  stops,    // the same, but only an operator can fix it: a longer rest and a loud log line
};

struct Consequence {
  DeliveryClass outcome;
  JobFate job;
  LaneFate lane;
};

// Long enough for somebody to see in the mailbox or in the server's log whether the mail came.
inline constexpr std::chrono::hours kLateTry{1};

// Thread-safe. The result is static.
const Consequence& consequence_of(DeliveryClass outcome);

}  // namespace promotions
