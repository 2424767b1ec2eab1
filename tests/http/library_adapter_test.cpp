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

FramedAnswer run(const FramedRequest& request, const LibraryAdapter::Handler& handler) {
  static const LibraryAdapter adapter;
  return adapter.run(request, handler);
}

FramedAnswer hello(const FramedRequest& request) {
  return run(request,
             [](httplib::Response& response) { response.set_content("hello", "text/plain"); });
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("library: an answer has the status that the handler sets, whatever the method",
          "[http]") {
  const FramedAnswer answer = run(request_for("BREW", "/p%2Fq%20r?a=1+2"),
                                  [](httplib::Response& response) { response.status = 418; });
  CHECK(answer.bytes.substr(0, 12) == "HTTP/1.1 418");
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

TEST_CASE("library: no part of an answer is cut out or compressed", "[http]") {
  const std::string text(10'000, 'x');
  FramedRequest request = request_for("GET", "/");
  request.fields = {{"range", "bytes=0-1"}, {"Accept-Encoding", "gzip, br"}};
  const auto answer = run(request, [&text](httplib::Response& response) {
                        response.set_content(text, "text/plain");
                      }).bytes;
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
  SECTION("closed by the handler") {
    const auto answer = run(
        request, [](httplib::Response& response) { response.set_header("Connection", "close"); });
    CHECK(answer.close);
    CHECK(contains(answer.bytes, "\r\nConnection: close\r\n"));
  }
}

TEST_CASE("library: an exception shows nothing of itself", "[http]") {
  const auto answer = run(request_for("GET", "/"), [](httplib::Response& response) {
                        response.set_content("half an answer", "text/plain");
                        throw std::runtime_error("secret");
                      }).bytes;
  CHECK(answer.starts_with("HTTP/1.1 500 "));
  CHECK_FALSE(contains(answer, "secret"));
  CHECK_FALSE(contains(answer, "half"));
}

TEST_CASE("library: an answer without content has no length", "[http]") {
  const auto answer =
      run(request_for("DELETE", "/"), [](httplib::Response& response) { response.status = 204; });
  CHECK(answer.bytes == "HTTP/1.1 204 No Content\r\n\r\n");
}
