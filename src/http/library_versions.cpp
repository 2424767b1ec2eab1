#include <httplib.h>

#include "promotions/http/http_server.h"

namespace promotions {

std::vector<LibraryVersion> http_libraries() {
  return {{"cpp-httplib", CPPHTTPLIB_VERSION}};
}

}  // namespace promotions
