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
  // Gets every request, whatever its method and path. `method`, `target`, `version`, `headers`,
  // `path` (percent-decoded) and `params` (of the query, form-decoded) are set; the body is in the
  // FramedRequest alone. It sets status, header fields and content; what the connection needs is
  // added. With "Connection: close" it ends the connection. An exception becomes an answer 500
  // without a body.
  using Handler =
      std::function<void(const httplib::Request&, const FramedRequest&, httplib::Response&)>;

  explicit LibraryAdapter(Handler handler);
  ~LibraryAdapter();

  FramedAnswer run(const FramedRequest& request) const;

 private:
  class MemoryServer;

  std::unique_ptr<MemoryServer> server_;
};

}  // namespace promotions
