// The order in which the mails of many clients go out. Private to manager.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "promotions/base/clock.h"
#include "promotions/base/lru_map.h"

namespace promotions {

// Start-time fair queueing (Goyal, Vin and Cheng 1996), where all mails have the same size. Each
// client is a flow, and mails go out by rank. A mail gets the rank after its flow's last one, but
// at least that of the mail whose turn it is. So a flow's n-th waiting mail comes after the first
// n-1 of every other flow, and a newcomer waits for about one mail of each flow, however many mails
// wait.
//
// An endless stream of new clients would always go before everybody's second mail. So the turn
// moves on after `max_flows` mails at the latest. By then a client that came once is forgotten,
// too.
//
// When no mail waits, ranks continue from the clock, in units of 100 µs. Fewer mails than that go
// out, so the ranks of one run are above those of the run before, whose mails therefore go first.
//
// Not thread-safe; used on the writer's thread. Its state need not match what is committed: if the
// write fails for which a rank was given, that rank is just not used.
class FairOrder {
 public:
  static constexpr std::size_t kMaxFlows = 50'000;  // some 100 bytes each
  // Reading the turn from the queue has a cost in each sign-up; a rank that is 32 mails too low
  // does no harm.
  static constexpr int kLookEvery = 32;

  explicit FairOrder(std::size_t max_flows = kMaxFlows) : max_flows_(max_flows), last_(max_flows) {}

  // Returns the rank of the next mail of `flow`. `first_ready()` returns the rank of the mail whose
  // turn it is, or nullopt if no mail waits.
  template <typename FirstReady>
  std::int64_t next(std::uint64_t flow, Time now, FirstReady first_ready) {
    if (left_ == 0) {
      look(first_ready(), now);
      left_ = kLookEvery;
    }
    --left_;
    if (++given_ > max_flows_) move_to(turn_ + 1);
    // A new flow begins at the turn, and so does one that has not mailed for a while.
    std::int64_t& last = last_.find_or_add(flow, turn_ - 1);
    last = std::max(turn_, last + 1);
    highest_ = std::max(highest_, last);
    return last;
  }

 private:
  void look(std::optional<std::int64_t> first_ready, Time now) {
    const std::int64_t clock = now.time_since_epoch().count() * 10;  // ms to units of 100 µs
    // The turn never moves back, although a mail that its lane has put back has an older rank.
    const std::int64_t turn = first_ready.value_or(std::max(highest_, clock));
    if (turn > turn_) move_to(turn);
  }

  void move_to(std::int64_t turn) {
    turn_ = turn;
    given_ = 0;
  }

  const std::size_t max_flows_;
  LruMap<std::uint64_t, std::int64_t> last_;  // each flow's last rank
  std::int64_t turn_ = 0;                     // rank of the mail whose turn it was at the last look
  std::size_t given_ = 0;                     // ranks given since turn_ moved
  std::int64_t highest_ = 0;                  // the highest rank given so far
  int left_ = 0;                              // ranks to give before the next look
};

}  // namespace promotions
