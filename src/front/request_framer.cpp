#include "front/request_framer.h"

#include <algorithm>
#include <utility>

#include "promotions/front/http_syntax.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxChunkDigits = 15;  // below 2^63
constexpr Refusal kBodyTooLarge{RefusalReason::body_too_large,
                                "The body is larger than this server takes."};

}  // namespace

RequestFramer::Progress RequestFramer::feed(std::string_view& input) {
  while (state_ != State::complete && state_ != State::refused) {
    if (input.empty()) return Progress::need_more;
    if (state_ == State::body || state_ == State::chunk_data) {
      read_body(input);
    } else {
      read_line(input);
    }
  }
  return state_ == State::complete ? Progress::complete : Progress::refused;
}

void RequestFramer::read_line(std::string_view& input) {
  const bool is_request_line = state_ == State::request_line;
  // Taken before scan_line(), which may consume the line.
  const char first = line_.empty() ? input.front() : line_.front();
  const std::size_t length = input.size();
  scan_line(input);
  if (state_ != State::refused || input.size() != length) return;
  // scan_line() refused within a line, whose end may still come. What is there of it is gleaned
  // with what follows.
  is_request_line_ = is_request_line;
  is_line_cut_ = line_.size() > kMaxGleanedLine;
  if (is_line_cut_) line_.resize(kMaxGleanedLine);
  // If it does not begin like a request (but like TLS, say), there is nothing to glean.
  if (is_request_line) is_gleaning_ &= http_syntax::is_token({&first, 1});
}

// Looks at every byte once, so that the outcome does not depend on how the network cuts the request
// into pieces.
void RequestFramer::scan_line(std::string_view& input) {
  const std::size_t room = line_room();
  char previous = line_.empty() ? '\0' : line_.back();
  for (std::size_t i = 0; i < input.size(); ++i) {
    const char c = input[i];
    if (line_.size() + i >= room) return refuse_long_line();
    // RFC 9112 §2.2 lets a server take a lone LF for a line's end. Servers differ in that, and so a
    // proxy could see other fields than we do.
    if (previous == '\r' && c != '\n') return refuse(malformed("A CR stands alone."));
    if (c == '\n') {
      if (previous != '\r') return refuse(malformed("An LF stands alone."));
      std::string_view line = input.substr(0, i + 1);
      std::string joined;
      if (!line_.empty()) {
        joined = std::exchange(line_, {}).append(line);
        line = joined;
      }
      input.remove_prefix(i + 1);
      lines_read_ += line.size();
      return handle_line(line.substr(0, line.size() - 2));
    }
    if (c != '\r' && !http_syntax::is_line_byte(c)) {
      return refuse(malformed("There is a control character."));
    }
    has_begun_ |= c != '\r';  // a lone CR may be the beginning of an empty line between requests
    previous = c;
  }
  line_.append(input);
  input = {};
}

// How long the line may be that is being read, CRLF included: the bounds are of all lines together.
std::size_t RequestFramer::line_room() const {
  switch (state_) {
    case State::request_line:
      return std::min(kMaxRequestLine, kMaxHead - lines_read_);
    case State::fields:
      return kMaxHead - lines_read_;
    case State::trailers:
      return kMaxTrailers - lines_read_;
    case State::chunk_end:
      return 2;
    default:
      return kMaxChunkLines - lines_read_;
  }
}

void RequestFramer::refuse_long_line() {
  switch (state_) {
    case State::request_line:
      if (line_room() < kMaxRequestLine) break;  // empty lines before it took the room
      return refuse({RefusalReason::target_too_long, "The request line is too long."});
    case State::chunk_size:
    case State::chunk_end:
      return refuse(malformed("A chunk is not as announced."));
    default:
      break;
  }
  refuse({RefusalReason::head_too_large, "The header fields are too large."});
}

void RequestFramer::handle_line(std::string_view line) {
  switch (state_) {
    case State::request_line:
      return handle_request_line(line);
    case State::fields:
      return handle_field_line(line);
    case State::chunk_size:
      return handle_chunk_size(line);
    case State::chunk_end:  // line_room() let only CRLF through, which costs a chunk no room
      lines_read_ -= 2;
      state_ = State::chunk_size;
      return;
    default:
      return handle_trailer(line);
  }
}

void RequestFramer::handle_request_line(std::string_view line) {
  if (line.empty()) return;  // RFC 9112 §2.2: old clients send an extra CRLF after a body
  if (const auto refusal = head_.add_request_line(line)) return refuse(*refusal);
  state_ = State::fields;
}

void RequestFramer::handle_field_line(std::string_view line) {
  if (line.empty()) return end_head();
  if (const auto refusal = head_.add_field_line(line)) refuse(*refusal);
}

void RequestFramer::end_head() {
  state_ = State::complete;  // only the head: a refusal from here on has nothing left to glean
  if (const auto refusal = head_.finish()) return refuse(*refusal);
  if (!has_room_for(head_.content_length())) return refuse(kBodyTooLarge);
  lines_read_ = 0;
  awaits_continue_ = head_.expects_continue();
  body_left_ = head_.content_length();
  if (head_.chunked()) {
    state_ = State::chunk_size;
  } else {
    state_ = body_left_ > 0 ? State::body : State::complete;
  }
}

// Most bodies are within what every request may have. So the limit is looked up only for larger
// ones.
bool RequestFramer::has_room_for(std::uint64_t body_bytes) {
  if (body_bytes > body_room_ && limit_ != nullptr && *limit_) {
    body_room_ = std::max(max_body_bytes_, (*limit_)(head_.request()));
  }
  return body_bytes <= body_room_;
}

void RequestFramer::read_body(std::string_view& input) {
  awaits_continue_ = false;  // the client sends its body without waiting
  const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, input.size()));
  body_.append(input.substr(0, length));
  input.remove_prefix(length);
  body_left_ -= length;
  if (body_left_ == 0) state_ = state_ == State::body ? State::complete : State::chunk_end;
}

// RFC 9112 §7.1. White space before an extension is legal, but refused all the same, because
// servers read it differently.
void RequestFramer::handle_chunk_size(std::string_view line) {
  awaits_continue_ = false;
  const auto digits = static_cast<std::size_t>(
      std::find_if_not(line.begin(), line.end(), http_syntax::is_hex_digit) - line.begin());
  if (digits == 0 || digits > kMaxChunkDigits || (digits < line.size() && line[digits] != ';')) {
    return refuse(malformed("A chunk has no valid size."));
  }
  // Size lines without an extension do not count: their number is bounded by the body. So
  // kMaxChunkLines bounds the extensions alone.
  lines_read_ -= digits + 2;
  std::uint64_t size = 0;
  for (const char c : line.substr(0, digits)) size = size * 16 + http_syntax::hex_value(c);
  if (!has_room_for(body_.size() + size)) return refuse(kBodyTooLarge);
  body_left_ = size;
  state_ = size > 0 ? State::chunk_data : State::trailers;
  if (size == 0) lines_read_ = 0;
}

// Trailers are read only to find their end, and are dropped (RFC 9110 §6.5.1).
void RequestFramer::handle_trailer(std::string_view line) {
  if (line.empty()) {
    state_ = State::complete;
    return;
  }
  if (++trailer_count_ > RequestHead::kMaxFields) {
    return refuse({RefusalReason::head_too_large, "The request has too many trailers."});
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !http_syntax::is_token(line.substr(0, colon))) {
    refuse(malformed("A trailer has no valid name."));
  }
}

void RequestFramer::refuse(const Refusal& refusal) {
  refusal_ = refusal;
  // Only a head that is not complete has more fields to come.
  is_gleaning_ = state_ == State::request_line || state_ == State::fields;
  state_ = State::refused;
}

// Lines may end in LF with or without CR. It is safe to be lenient here, since the request is
// refused whatever its fields are.
bool RequestFramer::glean(std::string_view& input) {
  while (is_gleaning_ && !input.empty()) {
    const auto end = input.find('\n');
    const std::string_view part = input.substr(0, end);
    // Only the beginning of a long line is kept, so a client cannot make us hold all of it.
    const auto length = std::min(part.size(), kMaxGleanedLine - line_.size());
    is_line_cut_ |= length < part.size();
    line_.append(part.substr(0, length));
    const auto read = std::min(part.size() + 1, input.size());
    input.remove_prefix(read);
    gleaned_ += read;
    if (end != std::string_view::npos) glean_line();
    if (gleaned_ > kMaxGleaned || head_.request().fields.size() > kMaxGleanedFields) return true;
  }
  return !is_gleaning_;
}

void RequestFramer::glean_line() {
  if (line_.ends_with('\r')) line_.pop_back();
  const bool is_request_line = std::exchange(is_request_line_, false);
  if (line_.empty() && !is_line_cut_) {
    is_gleaning_ = false;  // the head has ended
  } else if (!is_request_line) {
    head_.glean_field_line(line_, is_line_cut_);
  }
  line_.clear();
  is_line_cut_ = false;
}

FramedRequest RequestFramer::take_refused(const Refusal& refusal) {
  FramedRequest request = head_.take_request();
  request.close = true;
  request.refusal = refusal;
  request.has_whole_head = has_head() && !is_gleaning_;
  return request;
}

bool RequestFramer::take_continue() {
  return std::exchange(awaits_continue_, false);
}

FramedRequest RequestFramer::take_request() {
  FramedRequest request = head_.take_request();
  request.body = std::move(body_);
  head_ = {};
  body_room_ = max_body_bytes_;
  line_ = {};
  body_ = {};
  lines_read_ = 0;
  trailer_count_ = 0;
  has_begun_ = false;
  awaits_continue_ = false;
  state_ = State::request_line;
  return request;
}

}  // namespace promotions
