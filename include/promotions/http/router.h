// The table of routes, and how a request finds its route.
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
  participant,  // anybody; problems may be pages, and pages of the allowed origins may read answers
  anybody,      // public, for machines
  admin,        // needs HTTP Basic auth; refuses changes that another site made a browser send
  owner,        // only over the control socket
};

// A handler that may take its time: it runs on a worker.
using PatientHandler = std::function<Answer(const Request&)>;
// A handler that never waits for a disk, a lock that is held for long, or a client: it runs on the
// thread that serves all connections, and answers at once or later. The request lives as long as
// its reply.
using SwiftHandler = std::function<void(const Request&, PendingReply)>;

// Whether a route answers with a page: never, if the client prefers HTML, or always.
enum class Pages { never, where_asked, always };

// Whether a route changes something. Then no other site may make a browser request it.
enum class Effect { by_method, always };  // by_method: every method but GET changes something

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/api/v1/jobs/{id}/retry", "/c/{slug}.json"; {name} stands for one
                             // segment or a part of it
  Audience audience;
  std::variant<PatientHandler, SwiftHandler> handler;
  Pages pages = Pages::never;
  Effect effect = Effect::by_method;
};

inline bool has_effect(const Route& route) {
  return route.effect == Effect::always || route.method != "GET";
}

// All routes of one pattern. They share audience and pages, so that every request for the path is
// treated alike, even if its method is not allowed there.
struct Path {
  std::string_view pattern;
  Audience audience;
  Pages pages;
  std::string allowed;  // the methods of its routes, with HEAD and OPTIONS, for `Allow`
  std::vector<Route> routes;
};

// Constant after construction; thread-safe.
class Router {
 public:
  // Throws std::logic_error if routes of one pattern differ in audience or pages, if a route comes
  // twice, or if a route for administrators has a swift handler: checking a password takes time.
  explicit Router(std::vector<Route> routes);

  // Returns the path that matches, or null. Fills in what stands for the {names} of its pattern. A
  // pattern without {names} comes first, then the table's order decides.
  const Path* find(std::string_view path, std::map<std::string, std::string>& parameters) const;

  // Returns the route for the method, or null if the method is not allowed there. HEAD finds the
  // route of GET.
  static const Route* find(const Path& path, std::string_view method);

  // All methods that are allowed on any path, for `Allow` of "OPTIONS *".
  const std::string& allowed() const { return allowed_; }

 private:
  std::vector<Path> paths_;
  std::string allowed_;
  std::unordered_map<std::string_view, const Path*> literal_;  // paths without {names}
};

}  // namespace promotions
