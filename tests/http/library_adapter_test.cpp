#include "http/library_adapter.h"

#include <stdexcept>
#include <string>

#include "support/catch.h"

using namespace promotions;

namespace {

FramedRequest request_for(const std::string& method, const std::string& target) {
  FramedRequest request;
  request.method = method;
  request.target = target;
  return request;
}

FramedAnswer run(const FramedRequest& request, const AnswerContent& content) {
  static const LibraryAdapter adapter;
  return adapter.run(request, content);
}

FramedAnswer hello(const FramedRequest& request) {
  return run(request, {.media_type = "text/plain", .body = "hello"});
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("library: an answer has the status that it is given, whatever the method", "[http]") {
  const auto answer = run(request_for("BREW", "/p%2Fq%20r?a=1+2"), {.status = 418}).bytes;
  CHECK(answer.substr(0, 12) == "HTTP/1.1 418");
}

TEST_CASE("library: an answer holds the header fields that it is given", "[http]") {
  AnswerContent content{.media_type = "text/plain", .body = "hello"};
  content.fields.add("X-One", "1");
  content.fields.add("X-Two", "2");
  const auto answer = run(request_for("GET", "/"), content).bytes;
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\nX-One: 1\r\nX-Two: 2\r\n"));
  CHECK(answer.ends_with("\r\n\r\nhello"));
}

TEST_CASE("library: a header field cannot hold another one", "[http]") {
  HeadFields fields;
  CHECK_THROWS_AS(fields.add("X-One", "1\r\nX-Two: 2"), std::invalid_argument);
  CHECK(fields.lines().empty());
}

TEST_CASE("library: an answer is one message with its length", "[http]") {
  const auto answer = hello(request_for("GET", "/"));
  CHECK(answer.bytes ==
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello");
  CHECK_FALSE(answer.close);
}

TEST_CASE("library: HEAD is told the length and given no body", "[http]") {
  const auto answer = hello(request_for("HEAD", "/")).bytes;
  CHECK(contains(answer, "\r\nContent-Length: 5\r\n"));
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("library: the head of a body that follows tells its length, whatever that is", "[http]") {
  const std::string method = GENERATE("GET", "POST", "HEAD");
  const auto answer =
      run(request_for(method, "/"), {.media_type = "text/plain", .streamed_bytes = 5'000'000'000});
  CHECK(answer.bytes ==
        "HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\nContent-Type: text/plain\r\n\r\n");
}

TEST_CASE("library: no part of an answer is cut out or compressed", "[http]") {
  const std::string text(10'000, 'x');
  FramedRequest request = request_for("GET", "/");
  request.fields = {{"range", "bytes=0-1"}, {"Accept-Encoding", "gzip, br"}};
  const auto answer = run(request, {.media_type = "text/plain", .body = text}).bytes;
  CHECK(answer.starts_with("HTTP/1.1 200 "));
  CHECK(answer.ends_with("\r\n\r\n" + text));
}

TEST_CASE("library: Connection says what becomes of the connection", "[http]") {
  FramedRequest request = request_for("GET", "/");
  SECTION("closed by the request") {
    request.close = true;
    const auto answer = hello(request);
    CHECK(answer.close);
    CHECK(contains(answer.bytes, "\r\nConnection: close\r\n"));
  }
  SECTION("kept for HTTP/1.0") {
    request.minor_version = 0;
    const auto answer = hello(request);
    CHECK_FALSE(answer.close);
    CHECK(contains(answer.bytes, "\r\nConnection: keep-alive\r\n"));
  }
  SECTION("kept for as long as is said") {
    const LibraryAdapter adapter(Millis{150'999});
    request.minor_version = GENERATE(0, 1);
    CHECK(contains(adapter.run(request, {}).bytes,
                   "\r\nConnection: keep-alive\r\nKeep-Alive: timeout=150\r\n"));
    request.close = true;
    CHECK_FALSE(contains(adapter.run(request, {}).bytes, "Keep-Alive"));
  }
}

TEST_CASE("library: an answer without content has no length", "[http]") {
  const auto answer = run(request_for("DELETE", "/"), {.status = 204});
  CHECK(answer.bytes == "HTTP/1.1 204 No Content\r\n\r\n");
}
