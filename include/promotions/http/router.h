// The table of routes, and finding the one that a request means.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "promotions/http/answer.h"
#include "promotions/http/pending_reply.h"
#include "promotions/http/request.h"

namespace promotions {

enum class Audience {
  participant,  // anybody; answers with pages too, and to the allowed origins
  anybody,      // public, for machines
  admin,        // HTTP Basic auth; what changes something not from another site
  owner,        // only over the control socket
};

// May take its time: runs on a thread kept for such handlers.
using PatientHandler = std::function<Answer(const Request&)>;
// Never waits for a disk, a lock that is held for long, or a client: runs on the thread that serves
// all connections, and answers then or later. The request lives as long as its reply.
using SwiftHandler = std::function<void(const Request&, PendingReply)>;

// Does a route answer with a page?
enum class Pages { never, where_asked, always };

// Does a route change something? Then no other site may make a browser ask for it.
enum class Effect { by_method, always };  // all but GET does

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/api/v1/jobs/{id}/retry"; {name} stands for one segment
  Audience audience;
  std::variant<PatientHandler, SwiftHandler> handler;
  Pages pages = Pages::never;
  Effect effect = Effect::by_method;
};

inline bool has_effect(const Route& route) {
  return route.effect == Effect::always || route.method != "GET";
}

// All routes of one pattern. They agree on the rest, so that whatever asks for the path is answered
// alike, be it with a method that is not allowed there.
struct Path {
  std::string_view pattern;
  Audience audience;
  Pages pages;
  std::string allowed;  // their methods, for `Allow`
  std::vector<Route> routes;
};

// Constant after construction; thread-safe.
class Router {
 public:
  // Throws std::logic_error if routes of a pattern disagree or are there twice, or a swift handler
  // would have to wait for a password.
  explicit Router(std::vector<Route> routes);

  // Null if there is none. Fills in what stands for the pattern's {names}.
  const Path* find(std::string_view path, std::map<std::string, std::string>& parameters) const;

  // Null if the method is not allowed there. HEAD finds the route of GET.
  static const Route* find(const Path& path, std::string_view method);

  // All methods that are allowed anywhere, for `Allow`.
  const std::string& allowed() const { return allowed_; }

 private:
  std::vector<Path> paths_;
  std::string allowed_;
  std::unordered_map<std::string_view, const Path*> literal_;  // those without {names}
};

}  // namespace promotions
