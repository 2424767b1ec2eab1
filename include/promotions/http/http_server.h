// The HTTP side of the program: serves a table of routes, with the connection front before it.
#pragma once

#include <memory>
#include <vector>

#include "promotions/base/library_version.h"
#include "promotions/http/http_options.h"
#include "promotions/http/router.h"

namespace promotions {

// Listens from construction on and answers from start() on. Owns the front and the workers. All
// functions may be called from any thread but its own.
class HttpServer {
 public:
  // Throws UserError if it cannot listen or a trusted proxy is no network, and std::logic_error for
  // routes that contradict each other (see Router). Whatever the handlers of `routes` use must
  // outlive the server.
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
