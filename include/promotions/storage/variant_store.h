// Further sign-ups of pending addresses, with other data or another language than the first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/domain/consent.h"

namespace promotions {

class DatabaseConnection;

// One further sign-up of a pending address that said something else than those before it.
struct SignUpVariant {
  std::int64_t id = 0;
  std::int64_t subscriber_id = 0;
  std::string data = "{}";  // as Subscriber::data
  std::string locale{};     // as Subscriber::locale
  Consents consents{};      // as Subscriber::consents
  Time created_at{};
  Time mailed_at{};  // when its mail was last requested; in the future: it is held back until then
};

// Works on a borrowed connection; not thread-safe. Functions that write are not const. For errors
// see Stores (storage.h). When a subscriber's row is removed, so are its variants.
class VariantStore {
 public:
  explicit VariantStore(DatabaseConnection& connection) : connection_(connection) {}

  std::optional<SignUpVariant> find(std::int64_t id) const;
  // The variants of one subscriber whose mail was requested after `since`, oldest first.
  std::vector<SignUpVariant> list(std::int64_t subscriber_id, Time since) const;

  // Adds a variant and returns its id. Uses all fields but `id`.
  std::int64_t insert(const SignUpVariant& variant);
  void set_mailed(std::int64_t id, Time at);
  void remove_all(std::int64_t subscriber_id);
  // Removes up to `limit` variants whose mail was requested at `before` or earlier, and returns how
  // many it removed.
  int prune(Time before, int limit);

 private:
  bool may_have();

  DatabaseConnection& connection_;
  std::optional<bool> may_have_;  // are there any variants at all? absent: not known
};

}  // namespace promotions
