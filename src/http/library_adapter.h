// The only place that uses cpp-httplib: the library writes answers as complete messages in memory,
// never to a socket. Debian's build hides the library's functions, so nothing smaller than a Server
// can write an answer, and a Server does not tell its handlers for which answer they are called.
// Private to http.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/head_fields.h"
#include "promotions/base/clock.h"
#include "promotions/front/messages.h"

namespace promotions {

// An answer, without the fields that concern the connection.
struct AnswerContent {
  int status = 200;
  HeadFields fields{};  // all but Content-Length, Content-Type and Connection
  std::string media_type{};
  std::string body{};
  std::uint64_t streamed_bytes = 0;  // length of a body that follows the head, instead of `body`
};

// Thread-safe: several threads may call run() at once.
class LibraryAdapter {
 public:
  // Answers tell clients that the connection stays open for `idle_timeout`; 0: they do not.
  explicit LibraryAdapter(Millis idle_timeout = Millis{0});
  ~LibraryAdapter();

  // Returns the bytes of the answer; of a streamed body only the head.
  FramedAnswer run(const FramedRequest& request, const AnswerContent& content) const;

 private:
  class MemoryServer;

  std::unique_ptr<MemoryServer> server_;
};

}  // namespace promotions
