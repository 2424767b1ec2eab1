#include "front/request_framer.h"

#include <string>
#include <vector>

#include "support/catch.h"

using namespace promotions;
using namespace std::string_literals;

namespace {

using Progress = RequestFramer::Progress;

constexpr std::size_t kMaxBody = 100;

// The status that refuses `bytes`, 0 if they are no complete request, 200 if they are one.
int fate(std::string_view bytes, std::size_t piece) {
  RequestFramer framer(kMaxBody);
  auto progress = Progress::need_more;
  while (!bytes.empty() && progress == Progress::need_more) {
    std::string_view input = bytes.substr(0, piece);
    bytes.remove_prefix(input.size());
    progress = framer.feed(input);
  }
  if (progress == Progress::refused) return static_cast<int>(framer.refusal().reason);
  return progress == Progress::complete ? 200 : 0;
}

struct Case {
  std::string bytes;
  int fate;
};

void check_fates(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    CAPTURE(each.bytes.substr(0, 200));
    CHECK(fate(each.bytes, each.bytes.size()) == each.fate);
    CHECK(fate(each.bytes, 1) == each.fate);
    CHECK(fate(each.bytes, 7) == each.fate);
  }
}

std::string with_fields(const std::string& fields, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

std::string chunked(const std::string& body) {
  return with_fields("Transfer-Encoding: chunked\r\n", body);
}

FramedRequest framed(std::string_view bytes) {
  RequestFramer framer(kMaxBody);
  REQUIRE(framer.feed(bytes) == Progress::complete);
  CHECK(bytes.empty());
  return framer.take_request();
}

std::string field(const FramedRequest& request, std::string_view name) {
  std::string values;
  for (const HeaderField& each : request.fields) {
    if (each.name == name) values += "[" + each.value + "]";
  }
  return values;
}

std::string repeated(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("framer: the request line is a method, a target and a version", "[front]") {
  const std::string host = "\r\nHost: a\r\n\r\n";
  check_fates({
      {"GET / HTTP/1.1" + host, 200},
      {"GET /a%20b?c=%C3%A9&d HTTP/1.0" + host, 200},
      {"BREW /pot HTTP/1.1" + host, 200},
      {"GET / HTTP/1.7" + host, 200},
      {"GET  / HTTP/1.1" + host, 400},
      {"GET /  HTTP/1.1" + host, 400},
      {" GET / HTTP/1.1" + host, 400},
      {"GET / HTTP/1.1 " + host, 400},
      {"GET\t/ HTTP/1.1" + host, 400},
      {"GET / a HTTP/1.1" + host, 400},
      {"GET /" + host, 400},
      {"GET" + host, 400},
      {"G(T / HTTP/1.1" + host, 400},
      {"GET / http/1.1" + host, 400},
      {"GET / HTTP/1" + host, 400},
      {"GET / HTTP/1.10" + host, 400},
      {"GET / HTTP/11" + host, 400},
      {"GET / HTTP/1.x" + host, 400},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", 400},
      {"GET / HTTP/0.9" + host, 505},
      {"GET / HTTP/2.0" + host, 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"\x16\x03\x01\x02", 400},  // the beginning of TLS
  });
}

TEST_CASE("framer: a target is a path, a URI of HTTP or the asterisk of OPTIONS", "[front]") {
  const std::string end = " HTTP/1.1\r\nHost: a\r\n\r\n";
  check_fates({
      {"OPTIONS *" + end, 200},
      {"GET *" + end, 400},
      {"GET http://b/c" + end, 200},
      {"GET https://b:1/c" + end, 200},
      {"GET ftp://b/c" + end, 400},
      {"GET http://" + end, 400},
      {"GET http:///c" + end, 400},
      {"GET http://u@b/c" + end, 400},
      {"GET http:/b" + end, 400},
      {"GET a" + end, 400},
      {"CONNECT a:1" + end, 501},
      {"GET /\xC3\xA9" + end, 400},
      {"GET /\x7F" + end, 400},
      {"GET /a#b" + end, 400},
      {"GET /%" + end, 400},
      {"GET /%a" + end, 400},
      {"GET /%0g" + end, 400},
  });
}

TEST_CASE("framer: a URI as target becomes a path, and its authority the Host", "[front]") {
  const auto request = framed("GET http://b:1?c=d HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(request.target == "/?c=d");
  CHECK(field(request, "Host") == "[b:1]");
  CHECK(framed("GET HTTP://b/c/d?e HTTP/1.1\r\nHost: a\r\n\r\n").target == "/c/d?e");
}

TEST_CASE("framer: bytes that readers take differently are refused", "[front]") {
  check_fates({
      {"GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", 400},
      {with_fields("X: a\0b\r\n"s), 400},
      {with_fields("X: a\x01\r\n"), 400},
      {with_fields("X: a\x7F\r\n"), 400},
      {with_fields("X: a\tb\r\n"), 200},
      {with_fields("X: \xC3\xA9\r\n"), 200},
      {"\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 200},
      {" \r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  });
}

TEST_CASE("framer: a field is a token, a colon and a value", "[front]") {
  check_fates({
      {with_fields("X:\r\n"), 200},
      {with_fields("X : a\r\n"), 400},
      {with_fields(": a\r\n"), 400},
      {with_fields("X\r\n"), 400},
      {with_fields("X Y: a\r\n"), 400},
      {with_fields("X: a\r\n b\r\n"), 400},
      {with_fields("X: a\r\n\tb\r\n"), 400},
      {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
  });
  const auto request = framed(with_fields("X-A: \t a b \t\r\nx-a:c\r\n"));
  CHECK(field(request, "X-A") == "[a b]");
  CHECK(field(request, "x-a") == "[c]");
}

TEST_CASE("framer: there is one valid Host, which only HTTP/1.0 may leave out", "[front]") {
  const std::string get = "GET / HTTP/1.1\r\n";
  check_fates({
      {get + "\r\n", 400},
      {"GET / HTTP/1.0\r\n\r\n", 200},
      {get + "Host:\r\n\r\n", 400},
      {get + "Host: a\r\nHost: a\r\n\r\n", 400},
      {get + "Host: a\r\nhost: b\r\n\r\n", 400},
      {get + "Host: a,b\r\n\r\n", 400},
      {get + "Host: a%20b\r\n\r\n", 400},
      {get + "Host: a b\r\n\r\n", 400},
      {get + "Host: a/b\r\n\r\n", 400},
      {get + "Host: u@a\r\n\r\n", 400},
      {get + "Host: a:\r\n\r\n", 200},
      {get + "Host: a:80\r\n\r\n", 200},
      {get + "Host: a:8x\r\n\r\n", 400},
      {get + "Host: a:123456\r\n\r\n", 400},
      {get + "Host: [::1]:80\r\n\r\n", 200},
      {get + "Host: [::1\r\n\r\n", 400},
      {get + "Host: []\r\n\r\n", 400},
      {get + "Host: ::1\r\n\r\n", 400},
  });
}

TEST_CASE("framer: a length that is not one plain number is refused", "[front]") {
  check_fates({
      {with_fields("Content-Length: 3\r\n", "abc"), 200},
      {with_fields("Content-Length: 3\r\n", "ab"), 0},
      {with_fields("Content-Length: 0\r\n"), 200},
      {with_fields("Content-Length: 03\r\n", "abc"), 200},
      {with_fields("Content-Length:\r\n"), 400},
      {with_fields("Content-Length: +3\r\n", "abc"), 400},
      {with_fields("Content-Length: -1\r\n"), 400},
      {with_fields("Content-Length: 3, 3\r\n", "abc"), 400},
      {with_fields("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), 400},
      {with_fields("Content-Length: 3\r\ncontent-length: 4\r\n", "abc"), 400},
      {with_fields("Content-Length: 0x3\r\n", "abc"), 400},
      {with_fields("Content-Length: 3 3\r\n", "abc"), 400},
      {with_fields("Content-Length: 18446744073709551619\r\n", "abc"), 400},
      {with_fields("Content-Length: 999999999999999999\r\n"), 413},
      {with_fields("Content-Length: 100\r\n", std::string(100, 'x')), 200},
      {with_fields("Content-Length: 101\r\n"), 413},
  });
}

TEST_CASE("framer: a transfer coding is chunked alone, in HTTP/1.1, without a length", "[front]") {
  const std::string end = "0\r\n\r\n";
  check_fates({
      {chunked(end), 200},
      {with_fields("transfer-encoding: CHUNKED\r\n", end), 200},
      {with_fields("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", end), 400},
      {with_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", end), 400},
      {with_fields("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", end), 400},
      {with_fields("Transfer-Encoding: gzip, chunked\r\n", end), 501},
      {with_fields("Transfer-Encoding: gzip ,Chunked\r\n", end), 501},
      {with_fields("Transfer-Encoding: , chunked\r\n", end), 400},
      {with_fields("Transfer-Encoding: chunked, gzip\r\n", end), 400},
      {with_fields("Transfer-Encoding: chunked, chunked\r\n", end), 400},
      {with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", end), 400},
      {with_fields("Transfer-Encoding: identity\r\n"), 400},
      {with_fields("Transfer-Encoding: xchunked\r\n", end), 400},
      {with_fields("Transfer-Encoding: \"chunked\"\r\n", end), 400},
      {with_fields("Transfer-Encoding: chunked;a=b\r\n", end), 400},
      {with_fields("Transfer-Encoding: \x0B"
                   "chunked\r\n",
                   end),
       400},
      {with_fields("Transfer-Encoding:\r\n"), 400},
      {with_fields("Transfer-Encoding : chunked\r\n", end), 400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + end, 400},
  });
}

TEST_CASE("framer: chunks are exactly as announced", "[front]") {
  check_fates({
      {chunked("3\r\nabc\r\n0\r\n\r\n"), 200},
      {chunked("A;x=\"y\"\r\n0123456789\r\n0;z\r\n\r\n"), 200},
      {chunked("00000003\r\nabc\r\n0\r\n\r\n"), 200},
      {chunked("3\r\nabc\r\n0\r\n"), 0},
      {chunked("3\r\nabcd\r\n0\r\n\r\n"), 400},
      {chunked("3\r\nabc0\r\n\r\n"), 400},
      {chunked("3\r\nabc\n0\r\n\r\n"), 400},
      {chunked("3\nabc\r\n0\r\n\r\n"), 400},
      {chunked("\r\nabc\r\n0\r\n\r\n"), 400},
      {chunked("-3\r\nabc\r\n0\r\n\r\n"), 400},
      {chunked("+3\r\nabc\r\n0\r\n\r\n"), 400},
      {chunked("0x3\r\nabc\r\n0\r\n\r\n"), 400},
      {chunked(" 3\r\nabc\r\n0\r\n\r\n"), 400},
      {chunked("3 \r\nabc\r\n0\r\n\r\n"), 400},
      {chunked("3 ;x\r\nabc\r\n0\r\n\r\n"), 400},
      {chunked("3;\x01\r\nabc\r\n0\r\n\r\n"), 400},
      {chunked("10000000000000003\r\nabc\r\n0\r\n\r\n"), 400},
      {chunked("FFFFFFFFFFFFFFF\r\n"), 413},
      {chunked("64\r\n" + std::string(100, 'x') + "\r\n0\r\n\r\n"), 200},
      {chunked("64\r\n" + std::string(100, 'x') + "\r\n1\r\n"), 413},
      {chunked("65\r\n"), 413},
      {chunked("1;" + std::string(RequestFramer::kMaxChunkLines, 'x')), 400},
      {chunked(repeated(90, "1;" + std::string(60, 'x') + "\r\na\r\n")), 400},
      {chunked(repeated(90, "1\r\na\r\n") + "0\r\n\r\n"), 200},
  });
  CHECK(framed(chunked("3\r\nabc\r\n2;x\r\n\r\n\r\n0\r\n\r\n")).body == "abc\r\n");
}

TEST_CASE("framer: trailers are bounded, checked and dropped", "[front]") {
  check_fates({
      {chunked("0\r\nX: y\r\n\r\n"), 200},
      {chunked("0\r\nX : y\r\n\r\n"), 400},
      {chunked("0\r\nX: y\r\n z\r\n\r\n"), 400},
      {chunked("0\r\nX: y\n\r\n"), 400},
      {chunked("0\r\nX: " + std::string(RequestFramer::kMaxTrailers, 'y')), 431},
      {chunked("0\r\n" + repeated(100, "X: y\r\n") + "\r\n"), 200},
      {chunked("0\r\n" + repeated(101, "X: y\r\n") + "\r\n"), 431},
  });
  const auto request = framed(chunked("0\r\nContent-Length: 9\r\nX: y\r\n\r\n"));
  CHECK(request.fields.size() == 1);
  CHECK(field(request, "Host") == "[a]");
}

TEST_CASE("framer: heads are bounded in line, bytes and fields", "[front]") {
  const auto line = [](std::size_t length) {
    const std::string around = "GET / HTTP/1.1\r\n";
    return "GET /" + std::string(length - around.size(), 'x') + " HTTP/1.1\r\n";
  };
  const auto head = [](std::size_t length) {
    const auto shell = with_fields("X: \r\n").size();
    return with_fields("X: " + std::string(length - shell, 'x') + "\r\n");
  };
  constexpr auto kLine = RequestFramer::kMaxRequestLine;
  constexpr auto kHead = RequestFramer::kMaxHead;
  check_fates({
      {line(kLine) + "Host: a\r\n\r\n", 200},
      {line(kLine + 1) + "Host: a\r\n\r\n", 414},
      {std::string(kLine + 1, 'x'), 414},
      {std::string(kLine, 'x'), 0},
      {head(kHead), 200},
      {head(kHead + 1), 431},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(kHead, 'x'), 431},
      {with_fields(repeated(99, "X: y\r\n")), 200},
      {with_fields(repeated(100, "X: y\r\n")), 431},
      {repeated(10'000, "\r\n"), 431},
  });
}

TEST_CASE("framer: what frames the request or the connection is not handed over", "[front]") {
  const auto request = framed(
      with_fields("Content-Length: 2\r\nTrailer: X\r\nExpect: 100-continue\r\nTE: trailers\r\n"
                  "Connection: keep-alive, X\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\n"
                  "Accept: */*\r\n",
                  "{}"));
  CHECK(request.method == "POST");
  CHECK(request.target == "/");
  CHECK(request.minor_version == 1);
  CHECK(request.body == "{}");
  REQUIRE(request.fields.size() == 2);
  CHECK(field(request, "Accept") == "[*/*]");
  CHECK(field(request, "Host") == "[a]");
  CHECK(framed(chunked("1\r\na\r\n0\r\n\r\n")).fields.size() == 1);
}

TEST_CASE("framer: whether the connection lives on follows version and Connection", "[front]") {
  const auto closes = [](const std::string& version, const std::string& fields) {
    return framed("GET / HTTP/" + version + "\r\nHost: a\r\n" + fields + "\r\n").close;
  };
  CHECK_FALSE(closes("1.1", ""));
  CHECK_FALSE(closes("1.1", "Connection: keep-alive\r\n"));
  CHECK(closes("1.1", "Connection: close\r\n"));
  CHECK(closes("1.1", "Connection: x , CLOSE\r\n"));
  CHECK(closes("1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
  CHECK(closes("1.0", ""));
  CHECK_FALSE(closes("1.0", "Connection: Keep-Alive\r\n"));
  CHECK(closes("1.0", "Connection: keep-alive, close\r\n"));
}

TEST_CASE("framer: an expectation other than 100-continue is refused", "[front]") {
  check_fates({
      {with_fields("Expect: 100-continue\r\n"), 200},
      {with_fields("Expect: 200-ok\r\n"), 417},
      {with_fields("Expect: 100-continue, x\r\n"), 417},
      {with_fields("Expect:\r\n"), 417},
      {with_fields("Content-Length: 101\r\nExpect: 100-continue\r\n"), 413},
  });
}

TEST_CASE("framer: a client that waits with its body is told once to go on", "[front]") {
  const auto asks = [](const std::string& bytes) {
    RequestFramer framer(kMaxBody);
    std::string_view input = bytes;
    framer.feed(input);
    const bool asked = framer.take_continue();
    CHECK_FALSE(framer.take_continue());
    return asked;
  };
  const std::string expect = "Content-Length: 3\r\nExpect: 100-Continue\r\n";
  CHECK(asks(with_fields(expect)));
  CHECK(asks(with_fields("Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n")));
  CHECK_FALSE(asks(with_fields(expect, "a")));
  CHECK_FALSE(asks(with_fields("Expect: 100-continue\r\n")));
  CHECK_FALSE(asks("POST / HTTP/1.0\r\n" + expect + "\r\n"));
}

TEST_CASE("framer: pipelined requests come one by one", "[front]") {
  const std::string bytes = with_fields("Content-Length: 1\r\n", "a") + "\r\n" +
                            chunked("1\r\nb\r\n0\r\n\r\n") + "GET /c HTTP/1.1\r\nHo";
  std::string_view input = bytes;
  RequestFramer framer(kMaxBody);
  REQUIRE(framer.feed(input) == Progress::complete);
  CHECK(framer.take_request().body == "a");
  CHECK_FALSE(framer.has_begun());
  REQUIRE(framer.feed(input) == Progress::complete);
  CHECK(framer.take_request().body == "b");
  REQUIRE(framer.feed(input) == Progress::need_more);
  CHECK(framer.has_begun());
  CHECK_FALSE(framer.has_head());
  input = "st: a\r\n\r\n";
  REQUIRE(framer.feed(input) == Progress::complete);
  CHECK(framer.take_request().target == "/c");
}

TEST_CASE("framer: empty lines alone begin no request", "[front]") {
  RequestFramer framer(kMaxBody);
  std::string_view input = "\r\n\r";
  CHECK(framer.feed(input) == Progress::need_more);
  CHECK_FALSE(framer.has_begun());
  input = "\nG";
  CHECK(framer.feed(input) == Progress::need_more);
  CHECK(framer.has_begun());
}
