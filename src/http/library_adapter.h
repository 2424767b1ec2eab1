// The one place that knows cpp-httplib: has it write answers as complete messages in memory, never
// to a socket. Debian builds the library with its functions hidden, so nothing smaller than a
// Server can write an answer, and a Server does not tell its handlers for whom they work. Private
// to http.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/head_fields.h"
#include "promotions/base/clock.h"
#include "promotions/front/messages.h"

namespace promotions {

// An answer but for what the connection needs.
struct AnswerContent {
  int status = 200;
  HeadFields fields{};  // all but Content-Length, Content-Type and Connection
  std::string media_type{};
  std::string body{};
  std::uint64_t streamed_bytes = 0;  // of a body that follows the head, instead of `body`
};

// Thread-safe: run() works for many threads at once.
class LibraryAdapter {
 public:
  // Connections that live on are said to do so for `idle_timeout`.
  explicit LibraryAdapter(Millis idle_timeout = Millis{0});
  ~LibraryAdapter();

  // The answer as far as it is in memory: without a body that is streamed.
  FramedAnswer run(const FramedRequest& request, const AnswerContent& content) const;

 private:
  class MemoryServer;

  std::unique_ptr<MemoryServer> server_;
};

}  // namespace promotions
