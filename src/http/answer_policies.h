// Header fields that answers carry besides what they say: one small object for each reason. Private
// to http.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/head_fields.h"
#include "promotions/base/clock.h"
#include "promotions/http/answer.h"
#include "promotions/http/pending_reply.h"

namespace promotions {

// What every answer carries: when it was made, for which request, and that nothing is to be guessed
// from it or told to others.
class CommonPolicy {
 public:
  explicit CommonPolicy(const Clock& clock) : clock_(clock) {}
  void apply(std::string_view request_id, HeadFields& fields) const;

 private:
  const Clock& clock_;
};

// Which pages of other sites may read an answer: the W3C's CORS, now a part of the WHATWG Fetch
// Standard.
class CorsPolicy {
 public:
  explicit CorsPolicy(std::vector<std::string> origins) : origins_(std::move(origins)) {}
  void apply(const Exchange& exchange, HeadFields& fields) const;

 private:
  const std::vector<std::string> origins_;
};

// For how long an answer may be kept: style sheets for a while, all else never.
struct CachePolicy {
  static void apply(const Answer& answer, HeadFields& fields);
};

// What a refused client can do: when to try again, and how to say who it is.
struct RefusalPolicy {
  static void apply(const Answer& answer, HeadFields& fields);
};

// What a page may load, and who may frame it.
struct PagePolicy {
  static void apply(HeadFields& fields);
};

}  // namespace promotions
