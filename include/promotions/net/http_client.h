// HTTP requests to servers that are not trusted. They are bounded in time and size, whatever the
// server does.
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
  std::string accept;      // the wanted media type
  Millis timeout{10'000};  // for the whole request, from looking up the host to the last byte
  int max_kib = 64;        // of head and body together: a server could send either without end
  std::string ca_file;     // PEM; empty: $SSL_CERT_FILE, if set, else the system's certificates
  bool is_direct = false;  // true: use no proxy; false: that of $https_proxy or $all_proxy
};

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// Why there is no complete answer.
struct HttpTrouble {
  std::string reason;  // one line of printable ASCII that does not name the host
};

// Sends a GET request on a connection of its own and waits for the answer, whatever its status.
// Redirects are not followed. Thread-safe. Throws only what net/curl.h throws.
std::variant<HttpAnswer, HttpTrouble> fetch(const HttpRequest& request);

// The parts of a URL that name its server.
struct UrlHost {
  std::string scheme;  // "http" or "https"
  std::string host;    // as in the URL: IPv6 in brackets
  std::string port;    // empty if the URL has none
};

// Returns nullopt if `url` is not an http or https URL.
std::optional<UrlHost> host_of(const std::string& url);

std::vector<LibraryVersion> net_libraries();

}  // namespace promotions
