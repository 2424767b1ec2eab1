#include "http/methods.h"

#include <algorithm>
#include <array>

namespace promotions {
namespace {

// In ASCII order, for the binary search.
// clang-format off
constexpr std::array<std::string_view, 40> kMethods{
    "ACL", "BASELINE-CONTROL", "BIND", "CHECKIN", "CHECKOUT", "CONNECT", "COPY", "DELETE", "GET",
    "HEAD", "LABEL", "LINK", "LOCK", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL", "MKREDIRECTREF",
    "MKWORKSPACE", "MOVE", "OPTIONS", "ORDERPATCH", "PATCH", "POST", "PRI", "PROPFIND", "PROPPATCH",
    "PUT", "QUERY", "REBIND", "REPORT", "SEARCH", "TRACE", "UNBIND", "UNCHECKOUT", "UNLINK",
    "UNLOCK", "UPDATE", "UPDATEREDIRECTREF", "VERSION-CONTROL"};
// clang-format on

}  // namespace

bool is_http_method(std::string_view method) {
  return std::binary_search(kMethods.begin(), kMethods.end(), method);
}

}  // namespace promotions
