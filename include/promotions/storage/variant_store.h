// What else was said about pending addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/clock.h"

namespace promotions {

class DatabaseConnection;

// A further sign-up of a pending address that said something else than those before.
struct SignUpVariant {
  std::int64_t id = 0;
  std::int64_t subscriber_id = 0;
  std::string data = "{}";  // as Subscriber::data
  std::string locale{};     // as Subscriber::locale
  Time created_at{};
  Time mailed_at{};  // when its mail was last asked for; in the future: it is held back until then
};

// One connection's view; not thread-safe. Functions that write are not const. An erased subscriber
// takes its variants along.
class VariantStore {
 public:
  explicit VariantStore(DatabaseConnection& connection) : connection_(connection) {}

  std::optional<SignUpVariant> find(std::int64_t id) const;
  // Of one subscriber, those whose mail was asked for after `since`, oldest first.
  std::vector<SignUpVariant> list(std::int64_t subscriber_id, Time since) const;

  // Its id. Fields used: all but `id`.
  std::int64_t insert(const SignUpVariant& variant);
  void set_mailed(std::int64_t id, Time at);
  void remove_all(std::int64_t subscriber_id);
  // Removes up to `limit` whose mail was asked for until `before`; how many.
  int prune(Time before, int limit);

 private:
  bool may_have();

  DatabaseConnection& connection_;
  std::optional<bool> may_have_;  // there are any at all; absent: not known
};

}  // namespace promotions
