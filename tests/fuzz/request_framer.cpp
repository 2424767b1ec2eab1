// The framing of requests. The input is what a client sends, without any form of its own.
#include "front/request_framer.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/require.h"

using namespace promotions;
using fuzz::require;
using Progress = RequestFramer::Progress;

namespace {

constexpr std::size_t kMaxBody = 64;  // small, so that the fuzzer reaches it

struct Outcome {
  std::vector<FramedRequest> requests;
  std::vector<std::size_t> ends;  // of each request, within the input
  Progress last = Progress::need_more;
  int status = 0;
  std::string_view detail;
  bool has_begun = false;
  bool has_head = false;
  FramedRequest refused;  // what is known of it
};

bool same(const FramedRequest& a, const FramedRequest& b) {
  const auto same_field = [](const HeaderField& x, const HeaderField& y) {
    return x.name == y.name && x.value == y.value;
  };
  return a.method == b.method && a.target == b.target && a.minor_version == b.minor_version &&
         a.body == b.body && a.close == b.close &&
         std::equal(a.fields.begin(), a.fields.end(), b.fields.begin(), b.fields.end(), same_field);
}

bool same(const Outcome& a, const Outcome& b) {
  return std::equal(a.requests.begin(), a.requests.end(), b.requests.begin(), b.requests.end(),
                    [](const auto& x, const auto& y) { return same(x, y); }) &&
         a.ends == b.ends && a.last == b.last && a.status == b.status && a.detail == b.detail &&
         a.has_begun == b.has_begun && a.has_head == b.has_head && same(a.refused, b.refused) &&
         a.refused.has_whole_head == b.refused.has_whole_head;
}

// `piece_at` says how long the piece is that begins at a position.
template <typename PieceAt>
Outcome feed(std::string_view bytes, PieceAt piece_at) {
  RequestFramer framer(kMaxBody);
  Outcome outcome;
  std::size_t position = 0;
  std::string_view rest;  // of the piece that was refused
  while (position < bytes.size() && outcome.last != Progress::refused) {
    std::string_view piece = bytes.substr(position, piece_at(position));
    const std::size_t length = piece.size();
    outcome.last = framer.feed(piece);
    if (framer.take_continue()) require(!framer.take_continue(), "100 Continue is told once");
    require(outcome.last != Progress::need_more || piece.empty(), "need_more has read everything");
    position += length - piece.size();
    if (outcome.last == Progress::refused) {
      rest = piece;
      position += piece.size();
    }
    if (outcome.last != Progress::complete) continue;
    outcome.requests.push_back(framer.take_request());
    outcome.ends.push_back(position);
  }
  if (outcome.last == Progress::refused) {
    outcome.status = static_cast<int>(framer.refusal().reason);
    outcome.detail = framer.refusal().detail;
    std::string_view more = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    require(framer.feed(more) == Progress::refused, "a refusal stays");
    std::string_view piece = rest;
    while (!framer.glean(piece) && position < bytes.size()) {
      require(piece.empty(), "what is gleaned has been read");
      piece = bytes.substr(position, piece_at(position));
      position += piece.size();
    }
    outcome.refused = framer.take_refused(framer.refusal());
  } else {
    outcome.has_begun = framer.has_begun();
    outcome.has_head = framer.has_head();
  }
  return outcome;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

bool is_visible(char c) {
  return c > ' ' && c <= '~';
}

bool is_token_byte(char c) {
  return is_visible(c) && std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
}

bool is_value_byte(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7F);
}

// Returns how many of them are Host.
std::size_t check_fields(const FramedRequest& request) {
  std::size_t hosts = 0;
  for (const HeaderField& field : request.fields) {
    require(!field.name.empty() && std::all_of(field.name.begin(), field.name.end(), is_token_byte),
            "a field's name is a token");
    require(std::all_of(field.value.begin(), field.value.end(), is_value_byte),
            "a field's value has no control character");
    const auto is_white = [](char c) { return c == ' ' || c == '\t'; };
    require(
        field.value.empty() || (!is_white(field.value.front()) && !is_white(field.value.back())),
        "a field's value has no white space around it");
    const std::string name = lower(field.name);
    hosts += name == "host" ? 1U : 0U;
    for (const char* framing : {"content-length", "transfer-encoding", "connection", "trailer",
                                "te", "upgrade", "keep-alive", "proxy-connection", "expect"}) {
      require(name != framing, "no field is left that frames");
    }
  }
  return hosts;
}

void check_complete(const FramedRequest& request) {
  const std::size_t hosts = check_fields(request);
  // A Host that comes from the target is no field of the client's.
  require(request.fields.size() - hosts <= RequestHead::kMaxFields, "fields are bounded");
  require(hosts == 1 || (hosts == 0 && request.minor_version == 0), "there is one Host");
}

void check_bounds(const FramedRequest& request) {
  require(request.body.size() <= kMaxBody, "a body is bounded");
  require(request.minor_version >= 0 && request.minor_version <= 9, "the version is of HTTP/1");
  require(!request.method.empty() &&
              std::all_of(request.method.begin(), request.method.end(), is_token_byte),
          "a method is a token");
  require(request.target.starts_with('/') || (request.target == "*" && request.method == "OPTIONS"),
          "a target is a path or the asterisk of OPTIONS");
  // A query may have any other bytes: who reads a parameter looks at its own only.
  const auto query = request.target.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                  request.target.find('?'), request.target.size()));
  require(std::all_of(request.target.begin(), query, is_visible) &&
              std::all_of(query, request.target.end(),
                          [](char byte) { return is_visible(byte) || (byte & 0x80) != 0; }) &&
              request.target.find('#') == std::string::npos,
          "a target's path is visible ASCII, and its query has no space or control character");
  require(request.target.size() < RequestFramer::kMaxRequestLine, "a target is bounded");
  check_complete(request);
}

// Whoever looks only for the first empty line and the plainest lengths finds the same body.
void check_against_bytes(const FramedRequest& request, std::string_view message) {
  while (message.starts_with("\r\n")) message.remove_prefix(2);
  const auto end = message.find("\r\n\r\n");
  require(end != std::string_view::npos, "a head ends in an empty line");
  const std::string head = lower(message.substr(0, end + 2));
  const std::string_view rest = message.substr(end + 4);
  require(head.size() + 2 <= RequestFramer::kMaxHead, "a head is bounded");
  for (std::size_t i = 0; i < head.size(); ++i) {
    require(head[i] != '\0', "a head has no NUL");
    require(head[i] != '\n' || (i > 0 && head[i - 1] == '\r'), "an LF follows a CR");
    require(head[i] != '\r' || head[i + 1] == '\n', "a CR comes before an LF");
  }
  const auto length_at = head.find("\r\ncontent-length:");
  if (head.find("\r\ntransfer-encoding:") != std::string::npos) {
    require(length_at == std::string::npos, "a body has one length");
    require(rest.ends_with("\r\n") && rest.size() >= request.body.size() + 5,
            "chunks take more than the body");
    if (request.body.empty()) require(rest.starts_with('0'), "no body is one chunk of nothing");
  } else {
    require(rest == request.body, "a body is what follows the head");
    const auto digits = head.find_first_of("0123456789", std::min(length_at, head.size()));
    const std::size_t length = length_at == std::string::npos ? 0 : std::stoul(head.substr(digits));
    require(length == request.body.size(), "a body is as long as announced");
  }
}

// Sent on, as a proxy would do, it is the same request and nothing but it.
void check_round_trip(const FramedRequest& request) {
  std::string bytes = request.method + " " + request.target + " HTTP/1." +
                      std::to_string(request.minor_version) + "\r\n";
  for (const HeaderField& field : request.fields) bytes += field.name + ":" + field.value + "\r\n";
  if (request.fields.size() > RequestHead::kMaxFields - 2) return;
  bytes += "content-length:" + std::to_string(request.body.size()) + "\r\n";
  bytes += request.close ? "connection:close\r\n\r\n" : "connection:keep-alive\r\n\r\n";
  bytes += request.body;
  if (bytes.size() > RequestFramer::kMaxHead) return;
  const Outcome again = feed(bytes, [](std::size_t) { return std::string_view::npos; });
  require(again.requests.size() == 1 && again.ends.front() == bytes.size() &&
              same(again.requests.front(), request),
          "a request sent on is the same");
}

void check_refusal(int status) {
  for (const int known : {400, 413, 414, 417, 431, 501, 505}) {
    if (status == known) return;
  }
  require(false, "a refusal has a status of the table");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = feed(bytes, [](std::size_t) { return std::string_view::npos; });
  require(same(whole, feed(bytes, [](std::size_t) { return std::size_t{1}; })),
          "the same comes of it byte by byte");
  require(same(whole, feed(bytes, [&](std::size_t at) { return 1 + std::size_t{data[at]} % 40; })),
          "the same comes of it in pieces");
  std::size_t begin = 0;
  for (std::size_t i = 0; i < whole.requests.size(); ++i) {
    check_bounds(whole.requests[i]);
    check_against_bytes(whole.requests[i], bytes.substr(begin, whole.ends[i] - begin));
    check_round_trip(whole.requests[i]);
    begin = whole.ends[i];
  }
  if (whole.last == Progress::refused) {
    check_refusal(whole.status);
    require(check_fields(whole.refused) <= 1, "there is one Host at most");
    require(whole.refused.fields.size() <= RequestFramer::kMaxGleanedFields + 1,
            "what is known of a refused request is bounded");
  }
  return 0;
}
