// Every path that the program serves, with the endpoints behind them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/http/router.h"
#include "promotions/manager/accounts.h"
#include "promotions/manager/campaigns.h"
#include "promotions/manager/draws.h"
#include "promotions/manager/queue.h"
#include "promotions/manager/sign_ups.h"

namespace promotions {

struct ApiOptions {
  std::string base_path;       // "" or "/path"; for `Location`
  std::string public_url;      // without a slash at its end; for links that are used outside a page
  std::string sender_name;     // who mails come from, unless a campaign has a from_name
  std::string sender_address;  // and the address that they come from
  std::string drand_chain;     // the hash of the chain that campaigns may use; empty: none may
};

// What the endpoints use. Borrowed: it must outlive the Api.
struct ApiServices {
  Campaigns& campaigns;
  SignUps& sign_ups;
  Draws& draws;
  Accounts& accounts;
  Queue& queue;
};

// Owns the endpoints. Thread-safe.
class Api {
 public:
  Api(const ApiOptions& options, const ApiServices& services);
  ~Api();

  // Returns the table of all routes. Their handlers borrow the Api, which must outlive the server.
  std::vector<Route> routes();

  // The origins that may frame the answer to a request, if its query says that it comes from a
  // frame; see HttpServices::framed_by.
  std::optional<std::vector<std::string>> framed_by(std::string_view raw_query) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace promotions
