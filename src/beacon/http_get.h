// One GET by libcurl, from servers that may be anybody's.
#pragma once

#include <string>

#include "promotions/beacon/drand_client.h"

namespace promotions {

struct HttpRequest {
  std::string url;
  Millis timeout{};
  std::string ca_file;     // as in DrandOptions
  bool is_direct = false;  // by no proxy; else by that of $https_proxy or $all_proxy
};

struct HttpAnswer {
  long status = 0;
  std::string body;
};

// Whatever the status; redirects are not followed. Trouble: there was no complete answer, or head
// and body had more than 64 KiB. On a new connection each time.
BeaconResult<HttpAnswer> http_get(const HttpRequest& request);

// What a URL says of its host; nullopt if it is no http or https URL.
struct UrlHost {
  std::string scheme;  // lower case
  std::string host;    // as in the URL: IPv6 in brackets
  std::string port;    // empty if not given
};
std::optional<UrlHost> host_of(const std::string& url);

}  // namespace promotions
