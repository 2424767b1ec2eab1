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

const LibraryAdapter kHello([](const httplib::Request& /*request*/, const FramedRequest& /*framed*/,
                               httplib::Response& response) {
  response.set_content("hello", "text/plain");
});

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("library: the handler sees the request as it was framed", "[http]") {
  FramedRequest framed = request_for("BREW", "/p%2Fq%20r?a=1+2&b=%C3%A9&a=x%26y&flag&=&c?d=?");
  framed.fields = {{"X-Note", "50%41 off"}, {"x-note", "two"}};
  framed.body = "body";
  framed.peer_address = "192.0.2.1";
  const LibraryAdapter adapter([&framed](const httplib::Request& request, const FramedRequest& from,
                                         httplib::Response& response) {
    CHECK(&from == &framed);
    CHECK(request.method == "BREW");
    CHECK(request.target == framed.target);
    CHECK(request.path == "/p/q r");
    CHECK(request.version == "HTTP/1.1");
    CHECK(request.remote_addr == "192.0.2.1");
    CHECK(request.headers.size() == 2);
    CHECK(request.get_header_value_count("X-NOTE") == 2);
    CHECK(request.headers.find("X-Note")->second != "50A off");
    CHECK(request.get_param_value("a", 0) == "1 2");
    CHECK(request.get_param_value("a", 1) == "x&y");
    CHECK(request.get_param_value("b") == "\xC3\xA9");
    CHECK(request.has_param("flag"));
    CHECK(request.get_param_value("c?d") == "?");
    response.status = 418;
  });
  CHECK(adapter.run(framed).bytes.substr(0, 12) == "HTTP/1.1 418");
}

TEST_CASE("library: an answer is one message with its length", "[http]") {
  const auto answer = kHello.run(request_for("GET", "/"));
  CHECK(answer.bytes ==
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello");
  CHECK_FALSE(answer.close);
}

TEST_CASE("library: HEAD is told the length and given no body", "[http]") {
  const auto answer = kHello.run(request_for("HEAD", "/")).bytes;
  CHECK(contains(answer, "\r\nContent-Length: 5\r\n"));
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("library: no part of an answer is cut out or compressed", "[http]") {
  const std::string text(10'000, 'x');
  const LibraryAdapter adapter([&text](const httplib::Request& request,
                                       const FramedRequest& /*framed*/,
                                       httplib::Response& response) {
    CHECK_FALSE(request.has_header("Range"));
    response.set_content(text, "text/plain");
  });
  FramedRequest request = request_for("GET", "/");
  request.fields = {{"range", "bytes=0-1"}, {"Accept-Encoding", "gzip, br"}};
  const auto answer = adapter.run(request).bytes;
  CHECK(answer.starts_with("HTTP/1.1 200 "));
  CHECK(answer.ends_with("\r\n\r\n" + text));
}

TEST_CASE("library: Connection says what becomes of the connection", "[http]") {
  FramedRequest request = request_for("GET", "/");
  SECTION("closed by the request") {
    request.close = true;
    const auto answer = kHello.run(request);
    CHECK(answer.close);
    CHECK(contains(answer.bytes, "\r\nConnection: close\r\n"));
  }
  SECTION("kept for HTTP/1.0") {
    request.minor_version = 0;
    const auto answer = kHello.run(request);
    CHECK_FALSE(answer.close);
    CHECK(contains(answer.bytes, "\r\nConnection: keep-alive\r\n"));
  }
  SECTION("closed by the handler") {
    const LibraryAdapter adapter(
        [](const httplib::Request& /*request*/, const FramedRequest& /*framed*/,
           httplib::Response& response) { response.set_header("Connection", "close"); });
    const auto answer = adapter.run(request);
    CHECK(answer.close);
    CHECK(contains(answer.bytes, "\r\nConnection: close\r\n"));
  }
}

TEST_CASE("library: an exception shows nothing of itself", "[http]") {
  const LibraryAdapter adapter([](const httplib::Request& /*request*/,
                                  const FramedRequest& /*framed*/, httplib::Response& response) {
    response.set_content("half an answer", "text/plain");
    throw std::runtime_error("secret");
  });
  const auto answer = adapter.run(request_for("GET", "/")).bytes;
  CHECK(answer.starts_with("HTTP/1.1 500 "));
  CHECK_FALSE(contains(answer, "secret"));
  CHECK_FALSE(contains(answer, "half"));
}

TEST_CASE("library: an answer without content has no length", "[http]") {
  const LibraryAdapter adapter([](const httplib::Request& /*request*/,
                                  const FramedRequest& /*framed*/,
                                  httplib::Response& response) { response.status = 204; });
  CHECK(adapter.run(request_for("DELETE", "/")).bytes == "HTTP/1.1 204 No Content\r\n\r\n");
}
