#include "front/request_head.h"

#include <algorithm>
#include <array>

#include "promotions/front/http_syntax.h"

namespace promotions {
namespace {

using namespace http_syntax;

// These fields are about the connection, which is the front's matter. Handlers must not read them
// again.
constexpr std::array<std::string_view, 5> kDroppedFields = {"Trailer", "TE", "Upgrade",
                                                            "Keep-Alive", "Proxy-Connection"};

std::optional<Refusal> check_version(std::string_view version) {
  // RFC 9112 §2.3: case-sensitive, one digit each.
  if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) ||
      version[6] != '.' || !is_digit(version[7])) {
    return malformed("The request line does not end in an HTTP version.");
  }
  if (version[5] != '1') {
    return Refusal{RefusalReason::unknown_version, "Only HTTP/1.0 and HTTP/1.1 are spoken here."};
  }
  return std::nullopt;
}

// RFC 9112 §6.1: "gzip, chunked" is well-formed and says where the body ends, but the first coding
// would have to be undone. So it is 501, not 400.
bool is_chunked_over_another(std::string_view codings) {
  const auto comma = std::min(codings.find(','), codings.size());
  const auto first = trim(codings.substr(0, comma));
  const auto rest = trim(codings.substr(std::min(comma + 1, codings.size())));
  return is_token(first) && !same_ignoring_case(first, "chunked") &&
         same_ignoring_case(rest, "chunked");
}

}  // namespace

Refusal malformed(std::string_view detail) {
  return {RefusalReason::malformed, detail};
}

std::optional<Refusal> RequestHead::add_request_line(std::string_view line) {
  if (line.starts_with("PROXY ")) {  // a message of its own, for the person who set up the proxy
    return malformed("The PROXY protocol is not expected from this address.");
  }
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  // A space too many stays in the target, where is_target() refuses it.
  if (first == std::string_view::npos || first == last) {
    return malformed("The request line is not a method, a target and a version.");
  }
  const auto version = line.substr(last + 1);
  if (auto refusal = check_version(version)) return refusal;
  request_.minor_version = version.back() - '0';
  const auto method = line.substr(0, first);
  if (!is_token(method)) return malformed("The method is not a token.");
  request_.method = method;
  return add_target(line.substr(first + 1, last - first - 1));
}

std::optional<Refusal> RequestHead::add_target(std::string_view target) {
  if (!is_target(target)) return malformed("The request target has a byte that no URI has.");
  if (request_.method == "CONNECT") {
    return Refusal{RefusalReason::not_implemented, "This server is no proxy."};
  }
  // RFC 9112 §3.2: asterisk-form, origin-form, or else absolute-form. Authority-form is of CONNECT.
  if (target == "*" ? request_.method == "OPTIONS" : target.front() == '/') {
    request_.target = target;
    return std::nullopt;
  }
  return add_absolute_target(target);
}

std::optional<Refusal> RequestHead::add_absolute_target(std::string_view target) {
  const auto scheme_end = std::min(target.find("://"), target.size());
  const auto scheme = target.substr(0, scheme_end);
  if (!same_ignoring_case(scheme, "http") && !same_ignoring_case(scheme, "https")) {
    return malformed("The request target is neither a path nor a URI.");
  }
  const auto rest = target.substr(std::min(scheme_end + 3, target.size()));
  const auto authority = rest.substr(0, rest.find_first_of("/?"));
  if (!is_host(authority)) return malformed("The request target names no valid host.");
  absolute_authority_ = authority;
  const auto path = rest.substr(authority.size());
  if (path.empty() && request_.method == "OPTIONS") {  // RFC 9112 §3.2.4
    request_.target = "*";
    return std::nullopt;
  }
  if (!path.starts_with('/')) request_.target += '/';  // RFC 9112 §3.2.1
  request_.target += path;
  return std::nullopt;
}

std::optional<Refusal> RequestHead::add_field_line(std::string_view line) {
  if (++field_count_ > kMaxFields) {
    return Refusal{RefusalReason::head_too_large, "The request has too many header fields."};
  }
  if (line.front() == ' ' || line.front() == '\t') {  // RFC 9112 §5.2
    return malformed("A header field is folded over several lines.");
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return malformed("A header field has no valid name.");
  }
  const auto name = line.substr(0, colon);
  const auto value = trim(line.substr(colon + 1));
  bool is_framing = false;
  if (auto refusal = add_framing_field(name, value, is_framing)) return refusal;
  if (!is_framing) request_.fields.push_back({std::string(name), std::string(value)});
  return std::nullopt;
}

void RequestHead::glean_field_line(std::string_view line, bool is_cut) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return;
  const auto name = line.substr(0, colon);
  auto value = trim(line.substr(colon + 1));
  if (is_cut || !std::all_of(value.begin(), value.end(), is_line_byte)) value = {};
  bool is_framing = false;
  static_cast<void>(add_framing_field(name, value, is_framing));
  if (!is_framing) request_.fields.push_back({std::string(name), std::string(value)});
}

std::optional<Refusal> RequestHead::add_framing_field(std::string_view name, std::string_view value,
                                                      bool& is_framing) {
  is_framing = true;
  if (same_ignoring_case(name, "Host")) {
    if (host_) return malformed("There is more than one Host field.");
    if (!is_host(value)) return malformed("The Host field is not a host.");
    host_ = value;
  } else if (same_ignoring_case(name, "Content-Length")) {
    if (content_length_) return malformed("There is more than one Content-Length field.");
    content_length_ = parse_length(value);
    if (!content_length_) return malformed("The Content-Length field is not a length.");
  } else if (same_ignoring_case(name, "Transfer-Encoding")) {
    if (has_transfer_coding_) return malformed("There is more than one Transfer-Encoding field.");
    has_transfer_coding_ = true;
    chunked_ = same_ignoring_case(value, "chunked");
    if (is_chunked_over_another(value)) {
      return Refusal{RefusalReason::not_implemented,
                     "No transfer coding but chunked is known here."};
    }
    if (!chunked_) return malformed("The transfer coding is not chunked alone.");
  } else if (same_ignoring_case(name, "Connection")) {
    wants_close_ |= list_contains(value, "close");
    wants_keep_alive_ |= list_contains(value, "keep-alive");
  } else if (same_ignoring_case(name, "Expect")) {
    (same_ignoring_case(value, "100-continue") ? expects_continue_ : unknown_expectation_) = true;
  } else {
    is_framing =
        std::any_of(kDroppedFields.begin(), kDroppedFields.end(),
                    [name](std::string_view dropped) { return same_ignoring_case(name, dropped); });
  }
  return std::nullopt;
}

std::optional<Refusal> RequestHead::finish() {
  const bool is_http_1_0 = request_.minor_version == 0;
  if (!host_ && !is_http_1_0) return malformed("The Host field is missing.");
  // RFC 9112 §6.1: both lengths together, or a transfer coding in HTTP/1.0, may be an attempt at
  // request smuggling.
  if (has_transfer_coding_ && (content_length_ || is_http_1_0)) {
    return malformed("The length of the body is given in two ways.");
  }
  if (unknown_expectation_) {
    return Refusal{RefusalReason::unknown_expectation, "The expectation is not 100-continue."};
  }
  // RFC 9110 §10.1.1: an expectation in HTTP/1.0, or without a body, is ignored.
  expects_continue_ &= !is_http_1_0 && (chunked_ || content_length() > 0);
  // RFC 9112 §3.2.2: the authority in the target replaces the value of the field.
  if (!absolute_authority_.empty()) host_ = absolute_authority_;
  if (host_) request_.fields.push_back({"Host", std::move(*host_)});
  request_.close = wants_close_ || (is_http_1_0 && !wants_keep_alive_);
  return std::nullopt;
}

}  // namespace promotions
