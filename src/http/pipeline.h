// What happens to every request around its handler: who asks, whether they may, and how the answer
// is written. Private to http.
#pragma once

#include <string>
#include <vector>

#include "http/answer.h"
#include "http/client_address.h"
#include "http/gate.h"
#include "http/library_adapter.h"
#include "http/router.h"
#include "promotions/http/http_server.h"

namespace promotions {

// Thread-safe.
class Pipeline {
 public:
  Pipeline(const HttpOptions& options, const HttpServices& services, Router router);

  void handle(const FramedRequest& framed, httplib::Response& response);

  // The whole answer, head and body, to what the front would not hand over.
  std::string refuse(const Refusal& refusal) const;

 private:
  Answer dispatch(const Request& request, const Router::Match& match);
  std::optional<Problem> check_audience(const Route& route, const Request& request);
  void allow_origin(const Request& request, const Router::Match& match, Answer& answer) const;
  void write(const Request& request, const Router::Match& match, const Answer& answer,
             httplib::Response& response) const;
  std::string request_id(const Request& request) const;
  std::string new_id() const;

  const HttpOptions options_;
  const HttpServices services_;
  const Router router_;
  const std::vector<Cidr> trusted_;
  Gate gate_;
};

}  // namespace promotions
