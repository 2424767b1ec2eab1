#include "promotions/net/http_client.h"

#include <stdlib.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "promotions/base/encoding.h"
#include "support/canned_server.h"
#include "support/catch.h"
#include "support/certificate.h"

using namespace promotions;
using namespace std::chrono_literals;

namespace {

HttpRequest request_for(const std::string& url) {
  // Long, because it is only waited for when a test fails.
  return {.url = url, .accept = "text/plain", .timeout = 30s, .ca_file = {}};
}

HttpAnswer answer_in(const std::variant<HttpAnswer, HttpTrouble>& result) {
  if (const auto* trouble = std::get_if<HttpTrouble>(&result)) FAIL(trouble->reason);
  return std::get<HttpAnswer>(result);
}

std::string reason_in(const std::variant<HttpAnswer, HttpTrouble>& result) {
  REQUIRE(std::holds_alternative<HttpTrouble>(result));
  return std::get<HttpTrouble>(result).reason;
}

CannedServer::Script always(CannedAnswer answer) {
  return [answer = std::move(answer)](const std::string&) { return answer; };
}

// An environment variable, for as long as this lives.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    if (const char* before = ::getenv(name_.c_str())) before_ = before;
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() {
    if (before_) {
      ::setenv(name_.c_str(), before_->c_str(), 1);
    } else {
      ::unsetenv(name_.c_str());
    }
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const std::string name_;
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("fetch: a GET that says who asks and what is wanted", "[net]") {
  const CannedServer server(always(CannedAnswer::http(200, "hello")));
  const HttpAnswer answer = answer_in(fetch(request_for(server.url() + "/a/b?c=d")));
  CHECK(answer.status == 200);
  CHECK(answer.body == "hello");
  CHECK(server.heads() ==
        std::vector<std::string>{"GET /a/b?c=d HTTP/1.1\r\nHost: " + server.host() +
                                 "\r\nUser-Agent: promotions\r\n"
                                 "Accept: text/plain\r\n\r\n"});
}

TEST_CASE("fetch: an answer counts whatever its status, and a redirect is one", "[net]") {
  const CannedServer target(always(CannedAnswer::http(200, "not asked for")));
  for (const int status : {201, 301, 302, 303, 307, 308, 400, 404, 503}) {
    const CannedServer server(
        always(CannedAnswer::http(status, "words", "Location: " + target.url() + "/\r\n")));
    const HttpAnswer answer = answer_in(fetch(request_for(server.url())));
    CHECK(answer.status == status);
    CHECK(answer.body == "words");
  }
  CHECK(target.heads().empty());
}

TEST_CASE("fetch: head and body have as much as is allowed together, and no more", "[net]") {
  const auto answer_of = [](std::size_t size) {
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 1970\r\nX: ";
    const std::string rest = "\r\n\r\n" + std::string(1970, 'x');
    return CannedAnswer::bytes(head + std::string(size - head.size() - rest.size(), 'y') + rest);
  };
  const CannedServer server([&](const std::string& target) {
    return answer_of(target == "/all" ? 2 * 1024 : 2 * 1024 + 1);
  });
  HttpRequest request = request_for(server.url() + "/all");
  request.max_kib = 2;
  CHECK(answer_in(fetch(request)).body.size() == 1970);
  request.url = server.url() + "/more";
  CHECK(reason_in(fetch(request)) == "the answer has more than 2 KiB");
}

TEST_CASE("fetch: an answer without end is left", "[net]") {
  for (const auto& answer :
       {CannedAnswer::endless("HTTP/1.1 200 OK\r\n\r\n", std::string(1000, ' ')),
        CannedAnswer::endless("HTTP/1.1 200 OK\r\n", "X-More: and more\r\n"),
        CannedAnswer::endless("", "HTTP/1.1 100 Continue\r\n\r\n"),
        CannedAnswer::endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                              "4\r\nmore\r\n")}) {
    CAPTURE(answer.text, answer.more);
    const CannedServer server(always(answer));
    CHECK(reason_in(fetch(request_for(server.url()))) == "the answer has more than 64 KiB");
  }
}

TEST_CASE("fetch: silence is waited for as long as the timeout says", "[net]") {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
  for (const std::string& begun : {std::string(), head, head + "some"}) {
    const CannedServer server(always(CannedAnswer::stall(begun)));
    HttpRequest request = request_for(server.url());
    request.timeout = 200ms;
    CHECK(reason_in(fetch(request)) == "no complete answer within 200ms");
  }
}

TEST_CASE("fetch: what is no complete answer has a reason on one printable line", "[net]") {
  const std::string cut = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nsome";
  const std::string odd = "HTTP/1.1 200 OK\r\nTransfer-Encoding: \x1B[31m\xC3\xB1\r\n\r\nsome";
  for (const std::string& bytes :
       {std::string(), std::string("220 mail.example ESMTP\r\n"), cut, odd,
        std::string("HTTP/1.1 200 OK\r\nContent-Length: \x1B[2J\xFF\r\n\r\n"),
        std::string("HTTP/7.0 \x07\r\n\r\n")}) {
    CAPTURE(bytes);
    const CannedServer server(always(CannedAnswer::bytes(bytes)));
    const std::string reason = reason_in(fetch(request_for(server.url())));
    CAPTURE(reason);
    CHECK(reason.size() > 5);
    CHECK(reason.size() <= 200);
    CHECK_FALSE(has_control(reason));
    CHECK(std::all_of(reason.begin(), reason.end(), [](char c) { return c > 0; }));
  }
}

TEST_CASE("fetch: nobody there", "[net]") {
  const std::string url = CannedServer(always(CannedAnswer::drop())).url();
  CHECK_FALSE(reason_in(fetch(request_for(url))).empty());
}

TEST_CASE("fetch: no protocol but HTTP", "[net]") {
  for (const char* url :
       {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "//", ""}) {
    CAPTURE(url);
    CHECK_FALSE(reason_in(fetch(request_for(url))).empty());
  }
}

TEST_CASE("fetch: by the proxy of the environment, unless it is direct", "[net]") {
  const CannedServer proxy(always(CannedAnswer::http(200, "by the proxy")));
  const CannedServer server(always(CannedAnswer::http(200, "by itself")));
  const Variable all("all_proxy", proxy.url());
  const Variable http("http_proxy", proxy.url());
  const Variable others("no_proxy", "others.example");
  HttpRequest request = request_for(server.url() + "/a");
  CHECK(answer_in(fetch(request)).body == "by the proxy");
  CHECK(proxy.heads().at(0).starts_with("GET " + server.url() + "/a HTTP/1.1\r\n"));
  request.is_direct = true;
  CHECK(answer_in(fetch(request)).body == "by itself");
}

TEST_CASE("fetch: over TLS, from a server whose certificate is trusted", "[net]") {
  const Certificate certificate;
  const CannedServer server(always(CannedAnswer::http(200, "hello")), &certificate);
  HttpRequest request = request_for(server.url());
  SECTION("by the file of the request") {
    const Certificate other;
    const Variable environment("SSL_CERT_FILE", other.file());
    request.ca_file = certificate.file();
    CHECK(answer_in(fetch(request)).body == "hello");
  }
  SECTION("by the environment") {
    const Variable environment("SSL_CERT_FILE", certificate.file());
    CHECK(answer_in(fetch(request)).body == "hello");
  }
}

TEST_CASE("fetch: nothing is said to a server whose certificate is not good", "[net]") {
  const auto flaw =
      GENERATE(Certificate::Flaw::none, Certificate::Flaw::expired, Certificate::Flaw::other_name);
  const Certificate certificate(flaw);
  const Certificate other;
  const CannedServer server(always(CannedAnswer::http(200, "hello")), &certificate);
  HttpRequest request = request_for(server.url());
  request.ca_file = flaw == Certificate::Flaw::none ? other.file() : certificate.file();
  CHECK(reason_in(fetch(request)).starts_with("SSL"));
  CHECK(server.heads().empty());
}

TEST_CASE("host_of: what a URL says of its host", "[net]") {
  const auto host = host_of("HTTPS://a.example:8443/drand?x#y");
  REQUIRE(host);
  CHECK(host->scheme == "https");
  CHECK(host->host == "a.example");
  CHECK(host->port == "8443");
  CHECK(host_of("http://[::1]/")->host == "[::1]");
  CHECK(host_of("http://[::1]/")->port.empty());
  for (const char* url : {"", "a.example", "ftp://a.example", "file:///etc/passwd", "http://",
                          "http://a b/", "https://a.example:70000/"}) {
    CAPTURE(url);
    CHECK_FALSE(host_of(url));
  }
}
