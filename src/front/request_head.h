// Checks the lines of a request's head one after the other (RFC 9112 §3, §5, §6). Pure. Private to
// front.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "promotions/front/messages.h"

namespace promotions {

class RequestHead {
 public:
  static constexpr std::size_t kMaxFields = 100;

  // Each takes one line without its CRLF, whose bytes must all be is_line_byte(), and returns what
  // is wrong with it; nullopt: nothing. After a refusal only glean_field_line() may be called.
  std::optional<Refusal> add_request_line(std::string_view line);
  std::optional<Refusal> add_field_line(std::string_view line);
  // Checks the head as a whole, after the empty line that ends it.
  std::optional<Refusal> finish();
  // Takes what it can from a line of a head that was refused. If `is_cut`, the line is not whole:
  // the value is left empty then, and also if it holds bytes that no value may have.
  void glean_field_line(std::string_view line, bool is_cut);

  // After finish().
  bool chunked() const { return chunked_; }
  std::uint64_t content_length() const { return content_length_.value_or(0); }
  bool expects_continue() const { return expects_continue_; }
  const FramedRequest& request() const { return request_; }
  FramedRequest take_request() { return std::move(request_); }

 private:
  std::optional<Refusal> add_target(std::string_view target);
  std::optional<Refusal> add_absolute_target(std::string_view target);
  std::optional<Refusal> add_framing_field(std::string_view name, std::string_view value,
                                           bool& is_framing);

  FramedRequest request_;
  std::string absolute_authority_;  // of an absolute-form target
  std::optional<std::string> host_;
  std::optional<std::uint64_t> content_length_;
  bool has_transfer_coding_ = false;
  bool chunked_ = false;
  bool expects_continue_ = false;
  bool unknown_expectation_ = false;
  bool wants_close_ = false;
  bool wants_keep_alive_ = false;
  std::size_t field_count_ = 0;
};

// The refusal of whatever cannot be read in exactly one way. `detail` must be static.
Refusal malformed(std::string_view detail);

}  // namespace promotions
