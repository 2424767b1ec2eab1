// Checks the credentials of a request. Private to http.
#pragma once

#include <variant>

#include "promotions/base/completion.h"
#include "promotions/http/problem.h"
#include "promotions/http/request.h"
#include "promotions/manager/accounts.h"
#include "promotions/manager/principal.h"

namespace promotions {

using Passage = std::variant<Problem, Principal>;  // why it is refused, or who asks

// Thread-safe.
class Gate {
 public:
  explicit Gate(Accounts& accounts) : accounts_(accounts) {}

  // Calls `done` with the account whose credentials the request has, or with the reason why it may
  // not pass. `done` must own the request. It is called and may fail as Accounts::authenticate()
  // says.
  void identify(const Request& request, Done<Passage> done);

 private:
  Accounts& accounts_;
};

}  // namespace promotions
