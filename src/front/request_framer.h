// Finds the requests in what a client sends, byte for byte (RFC 9112). Whatever two readers could
// take in two ways is refused, so that no proxy in front can be made to see other requests than
// this server does. Pure: no sockets, no time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "front/request_head.h"
#include "promotions/front/messages.h"

namespace promotions {

class RequestFramer {
 public:
  static constexpr std::size_t kMaxRequestLine = 8 * 1024;  // with its CRLF
  static constexpr std::size_t kMaxHead = 16 * 1024;        // with empty lines before and after it
  static constexpr std::size_t kMaxChunkLines = 4 * 1024;   // a body's chunk extensions
  static constexpr std::size_t kMaxTrailers = 8 * 1024;
  // Of a refused head, what is looked through for who asks and in which way.
  static constexpr std::size_t kMaxGleaned = 256 * 1024;
  static constexpr std::size_t kMaxGleanedLine = 1024;
  static constexpr std::size_t kMaxGleanedFields = 400;

  enum class Progress { need_more, complete, refused };

  // `limit` is borrowed and may be null or empty.
  explicit RequestFramer(std::size_t max_body_bytes, const BodyLimit* limit = nullptr)
      : max_body_bytes_(max_body_bytes), limit_(limit), body_room_(max_body_bytes) {}

  // Reads from the front of `input` and removes what it read: all of it, unless a request is
  // complete or refused, which is sticky until the request is taken.
  Progress feed(std::string_view& input);

  bool has_begun() const { return has_begun_; }  // more than empty lines has come
  bool has_head() const { return state_ >= State::body; }

  // More than max_body_bytes was allowed to the body of this request.
  bool has_extra_room() const { return body_room_ > max_body_bytes_; }

  // True once for a request whose client waits with its body for "100 Continue".
  bool take_continue();

  // After `complete`; the framer is then ready for the next request, and holds no memory.
  FramedRequest take_request();
  bool is_refused() const { return state_ == State::refused; }

  // After `refused`.
  const Refusal& refusal() const { return refusal_; }
  // After `refused`: reads on to the end of the head, of which not much may be known. True when
  // there is nothing left to be known; else it wants more.
  bool glean(std::string_view& input);
  // What is known of a request that is not complete: it is refused, for `refusal`.
  FramedRequest take_refused(const Refusal& refusal);

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
  bool has_room_for(std::uint64_t body_bytes);
  void scan_line(std::string_view& input);
  void refuse_long_line();
  void refuse(const Refusal& refusal);
  void glean_line();

  const std::size_t max_body_bytes_;
  const BodyLimit* const limit_;
  std::size_t body_room_;  // max_body_bytes_, or what limit_ said of this request
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
  bool is_gleaning_ = false;      // refused within its head, the rest of which is looked through
  bool is_line_cut_ = false;      // line_ holds only the beginning, or nothing, of the line
  bool is_request_line_ = false;  // that line is the request line, and of no use
  std::size_t gleaned_ = 0;
};

}  // namespace promotions
