// The HTTP side of the program: rules and answers for a table of routes, behind the connection
// front.
#pragma once

#include <memory>
#include <vector>

#include "promotions/base/library_version.h"
#include "promotions/http/http_options.h"
#include "promotions/http/router.h"

namespace promotions {

// Listens from construction, answers from start(). Throws UserError if it cannot listen, and
// std::logic_error for routes that contradict each other (Router).
class HttpServer {
 public:
  // What the handlers of `routes` work with must outlive the server.
  HttpServer(const HttpOptions& options, const HttpServices& services, std::vector<Route> routes);
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
