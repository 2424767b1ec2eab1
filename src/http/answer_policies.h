// Header fields that answers carry whatever they say: one small object for each purpose. All are
// thread-safe. Private to http.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/head_fields.h"
#include "promotions/base/clock.h"
#include "promotions/http/answer.h"
#include "promotions/http/pending_reply.h"

namespace promotions {

// The fields of every answer: its date, the id of its request, and what browsers must not do: guess
// its type, or pass on its address.
class CommonPolicy {
 public:
  explicit CommonPolicy(const Clock& clock) : clock_(clock) {}
  void apply(std::string_view request_id, HeadFields& fields) const;

 private:
  const Clock& clock_;
};

// Whether pages of other sites may load an answer, as a script or a picture: the Fetch Standard.
struct ResourcePolicy {
  static void apply(const Answer& answer, HeadFields& fields);
};

// Which pages of other sites may read an answer: CORS, which is part of the WHATWG Fetch Standard.
class CorsPolicy {
 public:
  explicit CorsPolicy(std::vector<std::string> origins) : origins_(std::move(origins)) {}
  void apply(const Exchange& exchange, HeadFields& fields) const;

 private:
  const std::vector<std::string> origins_;
};

// How long an answer may be cached: files of the program as they say, all others not at all.
struct CachePolicy {
  static void apply(const Answer& answer, HeadFields& fields);
};

// What a refused client can do: when to try again, and how to log in.
struct RefusalPolicy {
  static void apply(const Answer& answer, HeadFields& fields);
};

// What a page may load, and who may frame it.
struct PagePolicy {
  static void apply(const PageView& view, HeadFields& fields);
};

}  // namespace promotions
