// What the front and whoever answers tell each other: requests, refusals and the bytes of answers.
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

// Why the front refuses a request. Its value is the status that says so (RFC 9110 §15).
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

// A request that is not served: it becomes an answer, then the connection ends.
struct Refusal {
  RefusalReason reason = RefusalReason::malformed;
  std::string_view detail;  // one sentence, without anything of what the client sent
};

// One request whose framing was checked (RFC 9112) and removed: no field is left that says where
// the request ends or whether the connection lives on.
struct FramedRequest {
  std::string method;     // any token
  std::string target;     // "/path?query", "*" for OPTIONS; visible ASCII with sound %-escapes
  int minor_version = 1;  // of HTTP/1
  std::vector<HeaderField> fields;
  std::string body;          // decoded if it was chunked
  std::string peer_address;  // numeric, "" on the control socket; whom the PROXY protocol names
  bool control = false;      // it came over the control socket
  bool close = false;        // the connection ends after the answer
  // Set if it is to be refused. Then all else is what could be understood of it, down to nothing:
  // enough to answer in the way in which its sender wants to be answered.
  std::optional<Refusal> refusal{};
  bool has_whole_head = true;  // false: fields may be missing, and their order says nothing
};

// How many bytes of body a request with this head may have, if more than max_body_bytes.
using BodyLimit = std::function<std::size_t(const FramedRequest& head)>;

class Responder;

// The bytes of an answer: all of them, or those that are to be sent next.
struct FramedAnswer {
  std::string bytes;
  bool close = false;  // end the connection after the answer, whatever the request said
  // Sends what follows `bytes`; none: nothing does. Called on the loop thread as soon as the kernel
  // has taken them, and so as late as the client reads; must not block, and must not throw. Where
  // the connection ends before that, it is dropped, on any thread.
  MoveOnlyFunction<void(Responder)> more{};
};

}  // namespace promotions
