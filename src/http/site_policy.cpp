#include "http/site_policy.h"

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

// Returns scheme and authority of an absolute URL, as browsers write them in Origin (RFC 6454
// §6.2): in lower case, and without the scheme's default port.
std::string origin_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  std::string origin = to_lower_ascii(url.substr(0, url.find_first_of("/?#", scheme + 3)));
  const std::string_view usual = origin.starts_with("https:")  ? ":443"
                                 : origin.starts_with("http:") ? ":80"
                                                               : "";
  if (!usual.empty() && origin.ends_with(usual)) origin.resize(origin.size() - usual.size());
  return origin;
}

std::string_view authority_of(std::string_view origin) {
  const auto scheme = origin.find("://");
  return scheme == std::string_view::npos ? std::string_view() : origin.substr(scheme + 3);
}

}  // namespace

SitePolicy::SitePolicy(const std::string& public_url) : own_origin_(origin_of(public_url)) {}

std::optional<Problem> SitePolicy::check(const Route& route, const Request& request) const {
  if (route.audience != Audience::admin || request.is_control()) return std::nullopt;
  const bool reads = route.method == "GET" && request.only_looks();
  if (!has_effect(route) || reads) return std::nullopt;
  return check(request);
}

std::optional<Problem> SitePolicy::check(const Request& request) const {
  const std::string_view site = request.header("Sec-Fetch-Site");
  const std::string_view origin = request.header("Origin");
  const std::string_view referer = request.header("Referer");
  const std::string_view host = request.header("Host");
  bool ours = true;
  if (!site.empty()) {
    ours = site == "same-origin" || site == "none";  // none: the user typed it
  } else if (!origin.empty()) {
    ours = is_own(origin, host);
  } else if (!referer.empty()) {
    // For an image or a link, browsers send nothing else if we are served without TLS.
    ours = is_own(origin_of(referer), host);
  }
  if (ours) return std::nullopt;
  return Problem{ProblemCode::cross_site, "a page of another site may not ask for this"};
}

// An origin is ours if it is the public URL's, or, since that may not be set, if it names the host
// by which the browser called us. A page cannot choose what its browser sends as Host. By DNS
// rebinding it can have us called by a name of its own, but for that name the browser has no
// credentials of ours.
bool SitePolicy::is_own(std::string_view origin, std::string_view host) const {
  if (origin == own_origin_) return true;
  const std::string_view authority = authority_of(origin);
  const bool is_web = origin.starts_with("http://") || origin.starts_with("https://");
  // Here our own public name comes with another scheme than the public URL's. It is refused: a page
  // that was loaded without TLS may be forged.
  return is_web && !host.empty() && authority == host && authority != authority_of(own_origin_);
}

}  // namespace promotions
