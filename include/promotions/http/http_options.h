// The settings of the HTTP side, and the services that it uses.
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
  int workers = 64;        // threads for patient handlers, pages and blocks of streamed bodies
  std::string base_path;   // "" or "/path"
  std::string public_url;  // without a slash at its end
  std::vector<std::string> trusted_proxies;               // CIDR
  std::string client_address_header = "x-forwarded-for";  // or "forwarded": the one to believe
  bool proxy_protocol = false;            // trusted proxies speak it, so neither header is believed
  std::vector<std::string> cors_origins;  // pages of these may read participants' answers
};

// Services that every request may need, whatever its handler. Borrowed: they must outlive the
// server.
struct HttpServices {
  Accounts& accounts;
  const PageRenderer& pages;
  const Clock& clock;
  Random& random;
  // Which origins may frame the answer to a request, by its query; nullopt: it is no framed one.
  // For answers that no handler makes, such as that a body is too large. Quick; any thread.
  std::function<std::optional<std::vector<std::string>>(std::string_view raw_query)> framed_by{};
};

}  // namespace promotions
