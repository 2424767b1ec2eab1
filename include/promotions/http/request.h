// One request as handlers see it.
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

// Thrown when a parameter is asked for that cannot be read; the pipeline answers it.
class MalformedParameter : public std::runtime_error {
 public:
  explicit MalformedParameter(std::string_view name)
      : std::runtime_error("the parameter \"" + std::string(name) +
                           "\" has a broken escape, or is not UTF-8") {}
};

// Borrows the framed request, which outlives it.
class Request {
 public:
  Request(const FramedRequest& framed, std::string_view base_path);

  // Why the path cannot be understood; it is empty then.
  const std::optional<Problem>& malformed() const { return malformed_; }

  const FramedRequest& framed() const { return *framed_; }
  const std::string& method() const { return framed_->method; }
  // Below the base path, decoded, without the one slash that may end it. An escaped slash or
  // backslash stays as it was: it separates nothing here, whatever a proxy takes it for.
  const std::string& path() const { return path_; }
  // How many slashes stand before the last part of the path as its sender wrote it: how far up a
  // relative reference has to go to reach the base path.
  std::size_t depth() const { return depth_; }
  bool has_escapes_in_path() const { return has_escapes_in_path_; }
  bool is_below_base() const { return below_base_; }
  bool is_control() const { return framed_->control; }
  std::string_view body() const { return framed_->body; }

  // The first field of that name, in any case; empty if there is none.
  std::string_view header(std::string_view name) const;

  bool has_header(std::string_view name) const;

  // All fields of that name as one list (RFC 9110 §5.3): what a proxy appends may be in a field of
  // its own.
  std::string header_list(std::string_view name) const;

  // A parameter of the query; nullopt if it is absent. Only for what is asked for does it matter
  // how it is written: throws MalformedParameter. Handlers that a PatientHandler holds may ask.
  std::optional<std::string> query(std::string_view name) const;

  std::string_view raw_query() const { return raw_query_; }

  // HEAD, and what a browser fetches ahead without its user's asking: must not change anything.
  bool only_looks() const;

  bool prefers_html() const;  // by Accept
  // By `lang` in the query, else by Accept-Language; nullopt: neither names one of ours.
  std::optional<Locale> asked_locale() const;

  // Filled in by the pipeline.
  std::string id;                                      // X-Request-Id
  std::string client_address;                          // behind trusted proxies: the client's own
  Principal who;                                       // an account once its password was checked
  std::map<std::string, std::string> path_parameters;  // of the route's {names}

 private:
  const FramedRequest* framed_;
  std::optional<Problem> malformed_;
  std::string path_;
  std::size_t depth_ = 0;
  bool has_escapes_in_path_ = false;
  bool below_base_ = true;
  std::string_view raw_query_;  // of framed_
};

}  // namespace promotions
