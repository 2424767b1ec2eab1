// A request as handlers see it.
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "promotions/domain/locale.h"
#include "promotions/front/messages.h"
#include "promotions/http/form.h"
#include "promotions/http/problem.h"
#include "promotions/manager/principal.h"

namespace promotions {

// Thrown when a handler reads a parameter that cannot be decoded. The pipeline answers it with 400.
class MalformedParameter : public std::runtime_error {
 public:
  explicit MalformedParameter(std::string_view name)
      : std::runtime_error("the parameter \"" + std::string(name) +
                           "\" has a broken escape, or is not UTF-8") {}
};

// Borrows the framed request, which must outlive it. Used by one thread at a time.
class Request {
 public:
  Request(const FramedRequest& framed, std::string_view base_path);

  // Why the path cannot be decoded; path() is empty then. nullopt: it can.
  const std::optional<Problem>& malformed() const { return malformed_; }

  const FramedRequest& framed() const { return *framed_; }
  const std::string& method() const { return framed_->method; }
  // The path below the base path, decoded, and without the one slash that may end it. An escaped
  // slash or backslash stays escaped: it separates nothing here, even if a proxy takes it for a
  // separator.
  const std::string& path() const { return path_; }
  // How many "../" lead from the path, as the client wrote it, to the base path.
  std::size_t depth() const { return depth_; }
  bool has_escapes_in_path() const { return has_escapes_in_path_; }
  bool is_below_base() const { return below_base_; }
  bool is_control() const { return framed_->control; }
  std::string_view body() const { return framed_->body; }

  // Returns the value of the first field of that name, ignoring case; empty if there is none.
  std::string_view header(std::string_view name) const;

  bool has_header(std::string_view name) const;

  // Returns all fields of that name joined to one list (RFC 9110 §5.3): a proxy may append its
  // value as a field of its own.
  std::string header_list(std::string_view name) const;

  // Returns the first parameter of that name in the query; nullopt if it is absent. Throws
  // MalformedParameter if its value cannot be decoded; parameters that nobody reads may be
  // malformed. For handlers whose exceptions become an answer, such as a PatientHandler.
  std::optional<std::string> query(std::string_view name) const;

  std::string_view raw_query() const { return raw_query_; }

  // Whether the request must not change anything: it is HEAD, or a browser fetches the page ahead
  // without its user's wish.
  bool only_looks() const;

  bool prefers_html() const;  // by Accept
  // Returns the language that `lang` in the query asks for, or else Accept-Language; nullopt if
  // neither names one of ours.
  std::optional<Locale> asked_locale() const;

  // Filled in by the pipeline.
  std::string id;                                      // X-Request-Id: the client's, or a new one
  std::string client_address;                          // the client's own, behind trusted proxies
  Principal who;                                       // an account only once its password is right
  std::map<std::string, std::string> path_parameters;  // what stands for the route's {names}

 private:
  const FramedRequest* framed_;
  std::optional<Problem> malformed_;
  std::string path_;
  std::size_t depth_ = 0;
  bool has_escapes_in_path_ = false;
  bool below_base_ = true;
  std::string_view raw_query_;  // points into framed_
};

}  // namespace promotions
