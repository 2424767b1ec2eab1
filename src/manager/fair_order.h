// In which order the mails of many clients go out. Private to manager.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "promotions/base/clock.h"
#include "promotions/base/lru_map.h"

namespace promotions {

// Start-time fair queueing (Goyal, Vin and Cheng 1996), every mail being of the same size. Each
// client is a flow. A flow's mail gets the rank after its last one, but none below the mail whose
// turn it is; mails go out by rank. So a flow's n-th waiting mail comes after the first n-1 of
// every other flow, and a newcomer waits for about one mail of each flow, however many mails wait.
//
// New clients without end would all come before everybody's second mail. So the turn moves on after
// `max_flows` mails at the latest, which is also when a client that came once is forgotten.
//
// When no mail waits, ranks go on from the time, in units of 100 µs. Fewer mails than that go out,
// so ranks of one run are above those of the former, and mails that it left come first.
//
// Used on the writer's thread. What it knows need not match what is committed: a rank that is given
// for a write that fails is a place that stays empty.
class FairOrder {
 public:
  static constexpr std::size_t kMaxFlows = 50'000;  // some 100 bytes each
  // A look at the queue costs a part of a sign-up; a rank that is so many mails too low does not.
  static constexpr int kLookEvery = 32;

  explicit FairOrder(std::size_t max_flows = kMaxFlows) : max_flows_(max_flows), last_(max_flows) {}

  // The rank of one more mail of `flow`. `first_ready()` is the rank of the mail whose turn it is,
  // nullopt if none waits.
  template <typename FirstReady>
  std::int64_t next(std::uint64_t flow, Time now, FirstReady first_ready) {
    if (left_ == 0) {
      look(first_ready(), now);
      left_ = kLookEvery;
    }
    --left_;
    if (++given_ > max_flows_) move_to(turn_ + 1);
    std::int64_t& last = last_.find_or_add(flow, turn_ - 1);
    last = std::max(turn_, last + 1);
    highest_ = std::max(highest_, last);
    return last;
  }

 private:
  void look(std::optional<std::int64_t> first_ready, Time now) {
    const std::int64_t clock = now.time_since_epoch().count() * 10;
    // Never back: a mail that its lane put back has a rank from before.
    const std::int64_t turn = first_ready.value_or(std::max(highest_, clock));
    if (turn > turn_) move_to(turn);
  }

  void move_to(std::int64_t turn) {
    turn_ = turn;
    given_ = 0;
  }

  const std::size_t max_flows_;
  LruMap<std::uint64_t, std::int64_t> last_;  // rank of each flow
  std::int64_t turn_ = 0;                     // rank of the mail whose turn it was, when looked at
  std::size_t given_ = 0;                     // ranks since it moved
  std::int64_t highest_ = 0;                  // given so far
  int left_ = 0;                              // ranks to give before the next look
};

}  // namespace promotions
