// The HTTP side of the program: routes, rules and answers, behind the connection front.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/library_version.h"
#include "promotions/base/random.h"
#include "promotions/http/front.h"
#include "promotions/manager/account_manager.h"
#include "promotions/manager/campaign_manager.h"
#include "promotions/manager/draw_manager.h"
#include "promotions/manager/queue_manager.h"
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
  int sign_ups_per_minute = 30;  // per client address; 0 is off
  std::string drand_chain;       // of campaigns that ask drand; empty: none may
};

// What the handlers work with; borrowed.
struct HttpServices {
  CampaignManager& campaigns;
  DrawManager& draws;
  AccountManager& accounts;
  QueueManager& queue;
  const PageRenderer& pages;
  const Clock& clock;
  Random& random;
};

// Listens from construction, answers from start(). Throws UserError if it cannot listen.
class HttpServer {
 public:
  HttpServer(const HttpOptions& options, const HttpServices& services);
  ~HttpServer();  // stop() without grace

  int port() const;
  void start();
  void stop(Millis grace);  // see Front::stop()

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

std::vector<LibraryVersion> http_libraries();

}  // namespace promotions
