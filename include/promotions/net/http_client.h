// HTTP requests to servers that may be anybody's: bounded in time and size, whatever they do.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/library_version.h"

namespace promotions {

struct HttpRequest {
  std::string url;         // http or https
  std::string accept;      // the media type that is wanted
  Millis timeout{10'000};  // for all of it, from finding the host to the last byte
  int max_kib = 64;        // of head and body together: neither has an end if the server wants none
  std::string ca_file;     // PEM; empty: $SSL_CERT_FILE, if set, else the system's certificates
  bool is_direct = false;  // by no proxy; else by that of $https_proxy or $all_proxy
};

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// Why there is no complete answer.
struct HttpTrouble {
  std::string reason;  // one line of printable ASCII that does not name the host
};

// Makes a GET, on a connection of its own, and waits for the answer, whatever its status; redirects
// are not followed. Thread-safe.
std::variant<HttpAnswer, HttpTrouble> fetch(const HttpRequest& request);

// What a URL says of its host.
struct UrlHost {
  std::string scheme;  // "http" or "https"
  std::string host;    // as in the URL: IPv6 in brackets
  std::string port;    // empty if not given
};

// nullopt: it is no http or https URL.
std::optional<UrlHost> host_of(const std::string& url);

std::vector<LibraryVersion> net_libraries();

}  // namespace promotions
