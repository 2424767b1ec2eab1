// What the front and its handlers exchange: requests, refusals and the bytes of answers.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/move_only_function.h"

namespace promotions {

struct HeaderField {
  std::string name;   // a token, in the client's spelling
  std::string value;  // without white space around it and without control characters
};

// Why the front refuses a request. The value is the status of the answer (RFC 9110 §15).
enum class RefusalReason {
  malformed = 400,
  too_slow = 408,
  body_too_large = 413,
  target_too_long = 414,
  unknown_expectation = 417,
  head_too_large = 431,
  not_implemented = 501,
  overloaded = 503,
  unknown_version = 505,
};

// Why a request is not served. It is answered, then the connection ends.
struct Refusal {
  RefusalReason reason = RefusalReason::malformed;
  std::string_view detail;  // one sentence that repeats nothing of what the client sent; static
};

// One request whose framing was checked by RFC 9112. The fields that belong to the framing are
// removed: none is left that says where the request ends or whether the connection stays open.
struct FramedRequest {
  std::string method;     // any token
  std::string target;     // "/path?query", "*" for OPTIONS; visible ASCII with sound %-escapes
  int minor_version = 1;  // of HTTP/1
  std::vector<HeaderField> fields;
  std::string body;          // decoded if it was chunked
  std::string peer_address;  // numeric; the client that the PROXY protocol names, if it is in use;
                             // "" on the control socket
  bool control = false;      // it came over the control socket
  bool close = false;        // the connection ends after the answer
  // Set if the request is to be refused. All other members then hold what could be understood of
  // it, which may be nothing: they serve to answer in the form and language that its sender wants.
  std::optional<Refusal> refusal{};
  bool has_whole_head = true;  // false: fields may be missing, and their order says nothing
};

// Returns how many bytes of body a request with this head may have. A result below max_body_bytes
// counts as max_body_bytes.
using BodyLimit = std::function<std::size_t(const FramedRequest& head)>;

class Responder;

// The bytes of an answer: all of them, or the next part.
struct FramedAnswer {
  std::string bytes;
  bool close = false;  // end the connection after the answer, whatever the request said
  // Makes and sends what follows `bytes`; none: the answer ends with them. Called on the loop
  // thread as soon as the kernel has taken `bytes`, which may be late if the client reads slowly.
  // Must not block or throw. If the connection ends before, it is destroyed uncalled, on any
  // thread.
  MoveOnlyFunction<void(Responder)> more{};
};

}  // namespace promotions
