// How the HTTP side is set up, and what it works with.
#pragma once

#include <string>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/random.h"
#include "promotions/front/front.h"
#include "promotions/manager/accounts.h"
#include "promotions/render/page_renderer.h"

namespace promotions {

struct HttpOptions {
  FrontOptions front;
  int workers = 64;  // threads for requests that may have to wait: for a password, a draw, a list
  std::string base_path;                                  // "" or "/path"
  std::string public_url;                                 // without a slash at its end
  std::vector<std::string> trusted_proxies;               // CIDR
  std::string client_address_header = "x-forwarded-for";  // or "forwarded": which one is believed
  bool proxy_protocol = false;  // trusted proxies speak it, and no such header is believed
  std::vector<std::string> cors_origins;
};

// What is done for every request, whichever its handler; borrowed.
struct HttpServices {
  Accounts& accounts;
  const PageRenderer& pages;
  const Clock& clock;
  Random& random;
};

}  // namespace promotions
