// The one place that hands requests to cpp-httplib: as a complete message in memory, never as a
// socket.
#pragma once

#include <httplib.h>

#include <functional>
#include <memory>

#include "promotions/http/front.h"

namespace promotions {

// Thread-safe: run() works for many threads at once.
class LibraryAdapter {
 public:
  // Sets status, header fields and content; what the connection needs is added. With "Connection:
  // close" it ends the connection. An exception becomes an answer 500 without a body.
  using Handler = std::function<void(httplib::Response&)>;

  LibraryAdapter();
  ~LibraryAdapter();

  // `handler` is called before it returns.
  FramedAnswer run(const FramedRequest& request, const Handler& handler) const;

 private:
  class MemoryServer;

  std::unique_ptr<MemoryServer> server_;
};

}  // namespace promotions
