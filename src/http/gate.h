// Who may pass, by their credentials. Private to http.
#pragma once

#include <variant>

#include "promotions/base/completion.h"
#include "promotions/http/problem.h"
#include "promotions/http/request.h"
#include "promotions/manager/accounts.h"
#include "promotions/manager/principal.h"

namespace promotions {

using Passage = std::variant<Problem, Principal>;

// Thread-safe.
class Gate {
 public:
  explicit Gate(Accounts& accounts) : accounts_(accounts) {}

  // Tells `done` whose credentials the request has, or why it may not pass. `done` owns the
  // request, and is called as by Accounts::authenticate().
  void identify(const Request& request, Done<Passage> done);

 private:
  Accounts& accounts_;
};

}  // namespace promotions
