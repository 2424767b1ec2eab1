// Finds the requests in the bytes that a client sends (RFC 9112). Whatever two programs could read
// in two ways is refused, so that no proxy in front of the server can be made to see other requests
// than the server does (request smuggling). Pure: no sockets, no time. Private to front.
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
  static constexpr std::size_t kMaxChunkLines = 4 * 1024;   // all chunk extensions of a body
  static constexpr std::size_t kMaxTrailers = 8 * 1024;
  // How much of a refused head is searched for fields that say who asks and which form of answer is
  // wanted.
  static constexpr std::size_t kMaxGleaned = 256 * 1024;
  static constexpr std::size_t kMaxGleanedLine = 1024;
  static constexpr std::size_t kMaxGleanedFields = 400;

  enum class Progress { need_more, complete, refused };

  // `limit` is borrowed and may be null or empty.
  explicit RequestFramer(std::size_t max_body_bytes, const BodyLimit* limit = nullptr)
      : max_body_bytes_(max_body_bytes), limit_(limit), body_room_(max_body_bytes) {}

  // Reads from the front of `input` and removes what it read: all of it, unless a request is
  // complete or refused. Either outcome stays until the request is taken.
  Progress feed(std::string_view& input);

  bool has_begun() const { return has_begun_; }            // more than empty lines has come
  bool has_head() const { return state_ >= State::body; }  // also once refused

  // Whether the body of this request was allowed more than max_body_bytes.
  bool has_extra_room() const { return body_room_ > max_body_bytes_; }

  // Returns true once for a request whose client holds its body back until "100 Continue".
  bool take_continue();

  // After `complete`: returns the request. The framer is then ready for the next one, and keeps
  // nothing of this one.
  FramedRequest take_request();
  bool is_refused() const { return state_ == State::refused; }

  // After `refused`.
  const Refusal& refusal() const { return refusal_; }
  // After `refused`: reads the remaining lines of the head for fields that can be understood.
  // Returns true when there is nothing left to find, false if it needs more input.
  bool glean(std::string_view& input);
  // Returns what is known of a request that is not complete, marked as refused for `refusal`.
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
  std::size_t body_room_;  // max_body_bytes_, or more if limit_ allows this request more
  State state_ = State::request_line;
  bool has_begun_ = false;
  bool awaits_continue_ = false;
  RequestHead head_;
  std::string line_;            // the beginning of a line that is not complete
  std::size_t lines_read_ = 0;  // bytes of complete lines, of the head, the chunks or the trailers
  std::size_t trailer_count_ = 0;
  std::uint64_t body_left_ = 0;  // bytes of the body or of the chunk that are still to come
  std::string body_;
  Refusal refusal_;
  bool is_gleaning_ = false;      // refused within its head, whose remaining lines are looked at
  bool is_line_cut_ = false;      // line_ holds only the beginning of the line, or nothing of it
  bool is_request_line_ = false;  // line_ is of the request line, which is of no use
  std::size_t gleaned_ = 0;       // bytes read by glean()
};

}  // namespace promotions
