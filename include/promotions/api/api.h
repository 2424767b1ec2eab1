// Every path that the program serves, and the endpoints behind them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "promotions/http/router.h"
#include "promotions/manager/accounts.h"
#include "promotions/manager/campaigns.h"
#include "promotions/manager/draws.h"
#include "promotions/manager/queue.h"
#include "promotions/manager/sign_ups.h"

namespace promotions {

struct ApiOptions {
  std::string base_path;    // "" or "/path": for `Location`
  std::string public_url;   // without a slash at its end: for links that are copied elsewhere
  std::string drand_chain;  // of campaigns that ask drand; empty: none may
};

// What the endpoints work with; borrowed.
struct ApiServices {
  Campaigns& campaigns;
  SignUps& sign_ups;
  Draws& draws;
  Accounts& accounts;
  Queue& queue;
  std::string_view style;  // the sheet of all pages
};

// Thread-safe.
class Api {
 public:
  Api(const ApiOptions& options, const ApiServices& services);
  ~Api();

  // Their handlers borrow the Api.
  std::vector<Route> routes();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace promotions
