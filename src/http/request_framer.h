// Finds the requests in what a client sends, byte for byte (RFC 9112). Whatever two readers could
// take in two ways is refused, so that no proxy in front can be made to see other requests than
// this server does. Pure: no sockets, no time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/request_head.h"
#include "promotions/http/front.h"

namespace promotions {

class RequestFramer {
 public:
  static constexpr std::size_t kMaxRequestLine = 8 * 1024;  // with its CRLF
  static constexpr std::size_t kMaxHead = 16 * 1024;        // with empty lines before and after it
  static constexpr std::size_t kMaxChunkLines = 4 * 1024;   // a body's chunk extensions
  static constexpr std::size_t kMaxTrailers = 8 * 1024;

  enum class Progress { need_more, complete, refused };

  explicit RequestFramer(std::size_t max_body_bytes) : max_body_bytes_(max_body_bytes) {}

  // Reads from the front of `input` and removes what it read: all of it, unless a request is
  // complete or refused, which is sticky until the request is taken.
  Progress feed(std::string_view& input);

  bool has_begun() const { return has_begun_; }  // more than empty lines has come
  bool has_head() const { return state_ >= State::body; }

  // True once for a request whose client waits with its body for "100 Continue".
  bool take_continue();

  // After `complete`; the framer is then ready for the next request, and holds no memory.
  FramedRequest take_request();
  // After `refused`.
  const Refusal& refusal() const { return refusal_; }

 private:
  enum class State {
    request_line,
    fields,
    body,
    chunk_size,
    chunk_data,
    chunk_end,
    trailers,
    complete,
    refused
  };

  void read_line(std::string_view& input);
  void read_body(std::string_view& input);
  void handle_line(std::string_view line);
  void handle_request_line(std::string_view line);
  void handle_field_line(std::string_view line);
  void handle_chunk_size(std::string_view line);
  void handle_trailer(std::string_view line);
  void end_head();
  std::size_t line_room() const;
  void refuse_long_line();
  void refuse(const Refusal& refusal);

  const std::size_t max_body_bytes_;
  State state_ = State::request_line;
  bool has_begun_ = false;
  bool awaits_continue_ = false;
  RequestHead head_;
  std::string line_;            // what has come of a line that is not complete
  std::size_t lines_read_ = 0;  // bytes in complete lines of this head, its chunks or its trailers
  std::size_t trailer_count_ = 0;
  std::uint64_t body_left_ = 0;  // of the body or of the chunk
  std::string body_;
  Refusal refusal_;
};

}  // namespace promotions
