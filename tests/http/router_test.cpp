#include "promotions/http/router.h"

#include <stdexcept>

#include "support/catch.h"

using namespace promotions;

namespace {

Route route(std::string_view method, std::string_view pattern,
            Audience audience = Audience::anybody, Pages pages = Pages::never) {
  return {method, pattern, audience, PatientHandler([](const Request&) { return Answer{}; }),
          pages};
}

}  // namespace

TEST_CASE("router: all routes of a path are for the same audience", "[http]") {
  CHECK_NOTHROW(Router({route("GET", "/a"), route("POST", "/a")}));
  CHECK_THROWS_AS(Router({route("GET", "/a"), route("POST", "/a", Audience::admin)}),
                  std::logic_error);
}

TEST_CASE("router: all routes of a path answer with pages, or none does", "[http]") {
  CHECK_THROWS_AS(
      Router({route("GET", "/a"), route("POST", "/a", Audience::anybody, Pages::where_asked)}),
      std::logic_error);
}

TEST_CASE("router: a route is there once", "[http]") {
  CHECK_THROWS_AS(Router({route("GET", "/a"), route("GET", "/a")}), std::logic_error);
}

TEST_CASE("router: a handler that must not wait cannot ask for a password", "[http]") {
  CHECK_THROWS_AS(Router({Route{"GET", "/a", Audience::admin,
                                SwiftHandler([](const Request&, PendingReply) {})}}),
                  std::logic_error);
}

TEST_CASE("router: what is not GET has an effect, and so may GET", "[http]") {
  CHECK_FALSE(has_effect(route("GET", "/a")));
  CHECK(has_effect(route("PATCH", "/a")));
  Route finish = route("GET", "/finish_campaign");
  finish.effect = Effect::always;
  CHECK(has_effect(finish));
}
