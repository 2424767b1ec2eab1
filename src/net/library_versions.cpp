#include "promotions/net/curl.h"
#include "promotions/net/http_client.h"

namespace promotions {

std::vector<LibraryVersion> net_libraries() {
  return {{"libcurl", curl_version_info(CURLVERSION_NOW)->version}};
}

}  // namespace promotions
