// The table of routes, and finding the one that a request means. Private to http.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/answer.h"
#include "http/request.h"

namespace promotions {

enum class Audience {
  participant,   // anybody; answers with pages too, and to the allowed origins
  anybody,       // public, for machines
  admin,         // HTTP Basic auth; reads
  admin_change,  // HTTP Basic auth, and not from another site
  owner,         // only over the control socket
};

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/api/v1/jobs/{id}/retry"; {name} stands for one segment
  Audience audience;
  std::function<Answer(const Request&)> handler;
  bool has_page = false;  // answers with a page where a browser asks
};

// Constant after construction; thread-safe.
class Router {
 public:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

  struct Match {
    const Route* route = nullptr;  // null: see allowed
    std::map<std::string, std::string> parameters;
    std::string allowed;             // methods of this path, for `Allow`; empty: no such path
    const Route* sibling = nullptr;  // some route of this path, whatever its method
  };

  // HEAD finds the route of GET.
  Match find(std::string_view method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace promotions
