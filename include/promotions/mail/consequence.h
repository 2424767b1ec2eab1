// What becomes of a job and its lane when a mail ends as it did: one table, beside that of the
// replies in mail/delivery_rules.cpp. In mail's own words, for mail knows nothing of queues.
#pragma once

#include <chrono>

#include "promotions/mail/transport.h"

namespace promotions {

enum class JobFate {
  done,
  retried,    // later, with an attempt spent; dead if that was the last
  late_once,  // one more try after kLateTry, with an attempt spent; dead if that ends so too
  dead,
  unspent,  // ready again, as if it had not been tried
};

enum class LaneFate {
  goes_on,
  rests,    // then one job tries the way before the others follow
  narrows,  // goes on with fewer sessions if others of ours work; else it rests
  doubts,   // another mail shows at once whether it is this one's matter; else it stops
  stops,    // the same, but only an operator can mend it: a longer rest and a loud log line
};

struct Consequence {
  DeliveryClass outcome;
  JobFate job;
  LaneFate lane;
};

// Time enough for whoever reads the mail, or its server's log, to see whether it came.
inline constexpr std::chrono::hours kLateTry{1};

const Consequence& consequence_of(DeliveryClass outcome);

}  // namespace promotions
