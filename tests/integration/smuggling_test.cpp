// Request smuggling and response splitting, tried on the real binary: what two readers could take
// in two ways is refused and ends the connection (RFC 9112 §2.2, §3, §5, §6, §7), and nothing that
// came with it is done.
#include "integration/running_server.h"
#include "support/catch.h"
#include "support/test_client.h"

using namespace promotions;
using namespace std::string_literals;

namespace {

const std::string kHost = "Host: a\r\n";
const std::string kChunked = "Transfer-Encoding: chunked\r\n";
const std::string kForm = "Content-Type: application/x-www-form-urlencoded\r\n";
const std::string kEvil = "campaign=open&email=evil%40example.org";

std::string length(std::size_t bytes) {
  return "Content-Length: " + std::to_string(bytes) + "\r\n";
}

std::string get(const std::string& target, const std::string& fields = "") {
  return "GET " + target + " HTTP/1.1\r\n" + kHost + fields + "\r\n";
}

std::string post(const std::string& fields, const std::string& body) {
  return "POST /add_subscriber HTTP/1.1\r\n" + kHost + kForm + fields + "\r\n" + body;
}

// What an attacker wants to have done, behind or within another request.
std::string smuggled() {
  return post(length(kEvil.size()), kEvil);
}

std::string repeated(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::size_t answers_in(const std::string& received) {
  return count(received, "\r\nX-Request-Id: ");
}

struct Case {
  std::string bytes;
  int status;
};

// Refused with one answer, behind which the connection ends.
void check_refused(const RunningServer& server, const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    CAPTURE(each.bytes.substr(0, 300));
    auto client = test::Client::tcp(server.port());
    client.send(each.bytes + smuggled());
    const std::string all = client.rest();
    CAPTURE(all);
    CHECK(all.starts_with("HTTP/1.1 " + std::to_string(each.status) + " "));
    CHECK(answers_in(all) == 1);
    CHECK(count(all, "\r\nConnection: close\r\n") == 1);
  }
}

// Served with one answer; the next one on the connection is that to the next request.
void check_served(const RunningServer& server, const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    CAPTURE(each.bytes.substr(0, 300));
    auto client = test::Client::tcp(server.port());
    client.send(each.bytes);
    const std::string answer = client.answer();
    CAPTURE(answer);
    CHECK(answer.substr(9, 4) == std::to_string(each.status) + " ");
    client.send(get("/healthz", "X-Request-Id: next\r\nConnection: close\r\n"));
    const std::string next = client.rest();
    CHECK(next.starts_with("HTTP/1.1 200 "));
    CHECK(next.find("\r\nX-Request-Id: next\r\n") != std::string::npos);
    CHECK(answers_in(next) == 1);
  }
}

// Never complete, so that nothing is answered when the client ends.
void check_dropped(const RunningServer& server, const std::vector<std::string>& cases) {
  for (const std::string& bytes : cases) {
    CAPTURE(bytes);
    auto client = test::Client::tcp(server.port());
    client.send(bytes);
    client.end_sending();
    CHECK(client.rest().empty());
  }
}

std::vector<std::string> signed_up(const RunningServer& server) {
  std::vector<std::string> emails;
  const Reply reply = server.admin("GET", "/api/v1/campaigns/open/subscribers");
  for (const Json& each : reply.body.at("items")) emails.push_back(each.at("email"));
  return emails;
}

const std::vector<std::string> kNobody;

}  // namespace

TEST_CASE("smuggling: a body whose length is told in two ways is refused", "[integration]") {
  RunningServer server;
  server.create_campaign("open");
  const std::string end = "0\r\n\r\n";
  const auto coded = [&](const std::string& fields) { return post(fields, end); };
  check_refused(
      server,
      {
          // CL.TE and TE.CL, RFC 9112 §6.3
          {post(length(end.size() + smuggled().size()) + kChunked, end), 400},
          {post(kChunked + length(end.size()), end), 400},
          {post(kChunked + length(0), end), 400},
          {"POST /add_subscriber HTTP/1.0\r\n" + kHost + kForm + kChunked + "\r\n" + end, 400},
          // TE.TE: one of two readers does not see that it is chunked
          {coded(kChunked + "Transfer-Encoding: identity\r\n"), 400},
          {coded("Transfer-Encoding: identity\r\n" + kChunked), 400},
          {coded(kChunked + kChunked), 400},
          {coded("Transfer-Encoding: xchunked\r\n"), 400},
          {coded("Transfer-Encoding: chunked, identity\r\n"), 400},
          {coded("Transfer-Encoding: chunked, chunked\r\n"), 400},
          {coded("Transfer-Encoding: ,chunked\r\n"), 400},
          {coded("Transfer-Encoding: chunked;q=1\r\n"), 400},
          {coded("Transfer-Encoding: \"chunked\"\r\n"), 400},
          {coded("Transfer-Encoding: 'chunked'\r\n"), 400},
          {coded("Transfer-Encoding: \x0B" + "chunked\r\n"s), 400},
          {coded("Transfer-Encoding: chunked\x0C\r\n"), 400},
          {coded("Transfer-Encoding: chunked\0\r\n"s), 400},
          {coded("Transfer-Encoding: \xC2\xA0" + "chunked\r\n"s), 400},
          {coded("Transfer-Encoding : chunked\r\n"), 400},
          {coded(" Transfer-Encoding: chunked\r\n"), 400},
          {coded("Transfer-Encoding:\r\n chunked\r\n"), 400},
          {coded("Transfer-Encoding\r\n: chunked\r\n"), 400},
          {coded("X: y\nTransfer-Encoding: chunked\r\n"), 400},
          {coded("X: y\rTransfer-Encoding: chunked\r\n"), 400},
          {coded("Transfer-Encoding:\r\n"), 400},
          // Codings that nobody here undoes, before the one that ends: RFC 9112 §6.1
          {coded("Transfer-Encoding: gzip, chunked\r\n"), 501},
          {coded("Transfer-Encoding: identity, chunked\r\n"), 501},
          // Lengths that are not one plain number
          {post(length(5) + length(5), "a=b&c"), 400},
          {post(length(5) + length(6), "a=b&c"), 400},
          {post(length(5) + "content-length: 0\r\n", "a=b&c"), 400},
          {post("Content-Length: 5, 5\r\n", "a=b&c"), 400},
          {post("Content-Length: 5,\r\n", "a=b&c"), 400},
          {post("Content-Length: +5\r\n", "a=b&c"), 400},
          {post("Content-Length: -5\r\n", "a=b&c"), 400},
          {post("Content-Length: 5 0\r\n", "a=b&c"), 400},
          {post("Content-Length: 0x5\r\n", "a=b&c"), 400},
          {post("Content-Length: 5.0\r\n", "a=b&c"), 400},
          {post("Content-Length: 5\0\r\n"s, "a=b&c"), 400},
          {post("Content-Length: \xD9\xA5\r\n", "a=b&c"), 400},  // an Arabic five
          {post("Content-Length:\r\n", "a=b&c"), 400},
          {post("Content-Length : 5\r\n", "a=b&c"), 400},
          {post("Content-Length: 18446744073709551621\r\n", "a=b&c"), 400},  // 2^64 + 5
          {post("Content-Length: 4294967301\r\n", "a=b&c"), 413},            // 2^32 + 5
      });
  check_served(server, {
                           {coded("transfer-encoding:\tCHUNKED \r\n"), 422},
                           {post("Content-Length: \t005 \r\n", "a=b&c"), 422},
                       });
  CHECK(signed_up(server) == kNobody);
}

TEST_CASE("smuggling: chunks that are not as announced are refused", "[integration]") {
  RunningServer server({"server.max_body_bytes=2048"});
  server.create_campaign("open");
  const auto chunks = [](const std::string& body) { return post(kChunked, body); };
  const std::string end = "0\r\n\r\n";
  check_refused(server,
                {
                    {chunks("0x5\r\na=b&c\r\n" + end), 400},
                    {chunks("-5\r\na=b&c\r\n" + end), 400},
                    {chunks("+5\r\na=b&c\r\n" + end), 400},
                    {chunks(" 5\r\na=b&c\r\n" + end), 400},
                    {chunks("5 \r\na=b&c\r\n" + end), 400},
                    {chunks("5_0\r\na=b&c\r\n" + end), 400},
                    {chunks("\r\na=b&c\r\n" + end), 400},
                    {chunks(";x\r\na=b&c\r\n" + end), 400},
                    {chunks("10000000000000005\r\na=b&c\r\n" + end), 400},  // 2^64 + 5
                    {chunks("100000005\r\na=b&c\r\n" + end), 413},          // 2^32 + 5
                    {chunks("5\na=b&c\r\n" + end), 400},
                    {chunks("5\r\na=b&c\n" + end), 400},
                    {chunks("5\r\na=b&c" + end), 400},
                    {chunks("5\r\na=b&cd\r\n" + end), 400},
                    {chunks("5\r\na=b&c\r\n0\n\n"), 400},
                    {chunks("5\r\na=b&c\r\n0\r\n\n"), 400},
                    {chunks("5;x\ny\r\na=b&c\r\n" + end), 400},
                    {chunks("5;x\ry\r\na=b&c\r\n" + end), 400},
                    {chunks("5;x=\"\n\"\r\na=b&c\r\n" + end), 400},
                    {chunks("5 ;x\r\na=b&c\r\n" + end), 400},
                    {chunks("5;" + std::string(5'000, 'x') + "\r\na=b&c\r\n" + end), 400},
                    {chunks("801\r\n"), 413},
                    {chunks("800\r\n" + std::string(2048, 'x') + "\r\n1\r\ny\r\n" + end), 413},
                    // Without the empty line at its end, the next request would be its trailers.
                    {chunks("5\r\na=b&c\r\n0\r\n"), 400},
                    {chunks("0\r\nX : y\r\n\r\n"), 400},
                    {chunks("0\r\nX: y\r\n z\r\n\r\n"), 400},
                    {chunks("0\r\nX: " + std::string(9'000, 'y') + "\r\n\r\n"), 431},
                });
  // Trailers do not frame anything, nor do they say who is asked: RFC 9110 §6.5.1.
  check_served(server, {
                           {chunks("5;x=\"y\"\r\na=b&c\r\n0;z\r\n\r\n"), 422},
                           {chunks("0\r\n" + length(smuggled().size()) + "\r\n"), 422},
                           {chunks("0\r\n" + kChunked + kHost + "Connection: close\r\n\r\n"), 422},
                       });
  check_dropped(server, {
                            chunks("26\r\n" + kEvil + "\r\n0\r\n"),
                            chunks("26\r\n" + kEvil),
                            chunks("26\r\n" + kEvil + "\r\n"),
                            post(length(kEvil.size() + 1), kEvil),
                            get("/healthz").substr(0, get("/healthz").size() - 1),
                        });
  CHECK(kEvil.size() == 0x26);
  CHECK(signed_up(server) == kNobody);
}

TEST_CASE("smuggling: lines and fields that readers take differently are refused",
          "[integration]") {
  RunningServer server;
  server.create_campaign("open");
  const auto head = [](const std::string& line, const std::string& fields = kHost) {
    return line + "\r\n" + fields + "\r\n";
  };
  check_refused(server, {
                            {"GET / HTTP/1.1\nHost: a\n\n", 400},
                            {"GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
                            {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
                            {"\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                            {get("/", "X: a\rY: b\r\n"), 400},
                            {get("/", "X: a\r\r\n"), 400},
                            {get("/", "X: a\0b\r\n"s), 400},
                            {get("/", "X\0: a\r\n"s), 400},
                            {get("/", "X: a\x1B\r\n"), 400},
                            {get("/", "X: a\r\n b\r\n"), 400},
                            {get("/", "X: a\r\n\tb\r\n"), 400},
                            {get("/", "X : a\r\n"), 400},
                            {get("/", "X\t: a\r\n"), 400},
                            {get("/", ": a\r\n"), 400},
                            {get("/", "X\r\n"), 400},
                            {get("/", "X(Y): a\r\n"), 400},
                            {"GET / HTTP/1.1\r\n X: a\r\nHost: a\r\n\r\n", 400},
                            // The request line: RFC 9112 §3
                            {head("GET  / HTTP/1.1"), 400},
                            {head("GET /  HTTP/1.1"), 400},
                            {head("GET\t/ HTTP/1.1"), 400},
                            {head("GET /\tHTTP/1.1"), 400},
                            {head("GET / HTTP/1.1 "), 400},
                            {head(" GET / HTTP/1.1"), 400},
                            {head("GET /a b HTTP/1.1"), 400},
                            {head("GET / HTTP/1.1\x0B"), 400},
                            {head("G\x01T / HTTP/1.1"), 400},
                            {head("GET\0 / HTTP/1.1"s), 400},
                            {head("G@T / HTTP/1.1"), 400},
                            {head("GET /\xC3\xB1 HTTP/1.1"), 400},
                            {head("GET /\0 HTTP/1.1"s), 400},
                            {head("GET /# HTTP/1.1"), 400},
                            {head("GET /% HTTP/1.1"), 400},
                            {head("GET healthz HTTP/1.1"), 400},
                            {head("GET http://u@a/ HTTP/1.1"), 400},
                            {head("GET file:///etc/passwd HTTP/1.1"), 400},
                            {head("GET * HTTP/1.1"), 400},
                            {head("GET / http/1.1"), 400},
                            {head("GET / HTTP/1.10"), 400},
                            {head("GET / HTTP/01.1"), 400},
                            {"GET /\r\n", 400},  // HTTP/0.9
                            {head("GET / HTTP/0.9"), 505},
                            {head("GET / HTTP/2.0"), 505},
                            {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
                            {"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03"s, 400},  // TLS
                            {head("CONNECT a:443 HTTP/1.1"), 501},
                            // Whom it is for: RFC 9112 §3.2
                            {"GET / HTTP/1.1\r\n\r\n", 400},
                            {get("/", "Host: a\r\n"), 400},
                            {get("/", "hOST: b\r\n"), 400},
                            {head("GET http://a/ HTTP/1.1", ""), 400},
                            {head("GET / HTTP/1.1", "Host: a/b\r\n"), 400},
                            {head("GET / HTTP/1.1", "Host: a?b\r\n"), 400},
                            {head("GET / HTTP/1.1", "Host: u@a\r\n"), 400},
                            {head("GET / HTTP/1.1", "Host: a, b\r\n"), 400},
                            {head("GET / HTTP/1.1", "Host: a:80:80\r\n"), 400},
                            {head("GET / HTTP/1.1", "Host: \r\n"), 400},
                            {head("GET / HTTP/1.1", "Host : a\r\n"), 400},
                            {get("/", "Expect: 200-ok\r\n"), 417},
                            // Whatever is over-long
                            {head("GET /" + std::string(9'000, 'x') + " HTTP/1.1"), 414},
                            {std::string(9'000, 'G'), 414},
                            {get("/", "X: " + std::string(17'000, 'x') + "\r\n"), 431},
                            {get("/", std::string(17'000, 'x') + ": y\r\n"), 431},
                            {get("/", repeated(100, "X: y\r\n")), 431},
                            {repeated(9'000, "\r\n"), 431},
                        });
  CHECK(signed_up(server) == kNobody);
}

TEST_CASE("smuggling: what can be read in one way only is one request", "[integration]") {
  RunningServer server;
  server.create_campaign("open");
  const std::string body = smuggled();
  check_served(
      server, {
                  // A request in a body is no request.
                  {get("/healthz", length(body.size())) + body, 200},
                  {get("/healthz", kChunked) + "A\r\n" + body.substr(0, 10) + "\r\n0\r\n\r\n", 200},
                  {get("/healthz", "Expect: 100-continue\r\n" + length(body.size())) + body, 200},
                  {get("/healthz", "Expect: 100-continue\r\n"), 200},
                  {get("/healthz",
                       "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                       "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n"),
                   200},
                  {get("/healthz", "Upgrade: websocket\r\nConnection: Upgrade\r\n"), 200},
                  {get("http://elsewhere.example/healthz"), 200},
                  {"\r\n" + get("/healthz"), 200},
                  {"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200},
                  {"GET /healthz HTTP/1.9\r\n" + kHost + "\r\n", 200},
                  {"get /healthz HTTP/1.1\r\n" + kHost + "\r\n", 501},
                  {"TRACE /healthz HTTP/1.1\r\n" + kHost + "\r\n", 405},
                  // Escapes are undone once, and dots mean nothing.
                  {get("/%00"), 400},
                  {get("/healthz%00"), 400},
                  {get("/healthz?x=%00"), 200},  // nobody asks for it
                  {get("/%ff"), 400},
                  {get("/healthz%0d%0aX:%20y"), 404},
                  {get("/verify_subscriber?token=x%0D%0ASet-Cookie:%20x=y"), 404},
                  {get("/../healthz"), 404},
                  {get("/assets/../healthz"), 404},
                  {get("/assets/..%2f..%2fetc/passwd"), 404},
                  {get("/%2e%2e/healthz"), 404},
                  {get("/./healthz"), 404},
                  {get("//healthz"), 404},
                  {get("/healthz/"), 200},
                  {get("/healthz//"), 404},
                  {get("/healthz%2f"), 404},
                  {get("/healthz%3Fx"), 404},
                  {get("/%2568ealthz"), 404},
                  {get("/%68ealthz"), 200},
                  {get("/healthz%5c"), 404},
                  {get("/%61pi/v1/campaigns"), 404},
                  {get("/control/v1/accounts"), 404},
              });
  // The body of a client that waits for "100 Continue" is one, too.
  auto client = test::Client::tcp(server.port());
  client.send(get("/healthz", "Expect: 100-continue\r\n" + length(body.size())));
  CHECK(client.until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send(body + get("/healthz", "Connection: close\r\n"));
  CHECK(answers_in(client.rest()) == 2);
  CHECK(signed_up(server) == kNobody);
  // What is smuggled in vain counts when it is sent openly.
  check_served(server, {{smuggled(), 202}});
  CHECK(signed_up(server) == std::vector<std::string>{"evil@example.org"});
}

TEST_CASE("smuggling: a bad request behind a good one is refused, and ends what follows",
          "[integration]") {
  RunningServer server;
  server.create_campaign("open");
  for (const std::string& bad :
       {post(length(5) + kChunked, "0\r\n\r\n"), "GET / HTTP/1.1\n\n"s, "0\r\n\r\n"s,
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"s, get("/", "X : y\r\n")}) {
    CAPTURE(bad);
    auto client = test::Client::tcp(server.port());
    client.send(get("/healthz") + get("/nothing") + bad + smuggled());
    CHECK(client.answer().starts_with("HTTP/1.1 200 "));
    CHECK(client.answer().starts_with("HTTP/1.1 404 "));
    const std::string rest = client.rest();
    CAPTURE(rest);
    CHECK(answers_in(rest) == 1);
    CHECK((rest.starts_with("HTTP/1.1 400 ") || rest.starts_with("HTTP/1.1 505 ")));
  }
  auto client = test::Client::tcp(server.port());
  client.send(get("/healthz", "Connection: close\r\n") + smuggled());
  CHECK(answers_in(client.rest()) == 1);
  CHECK(signed_up(server) == kNobody);
}

TEST_CASE("splitting: no header that a client sends adds one to its answer", "[integration]") {
  RunningServer server({"server.cors_origins=https://good.example"});
  server.create_campaign("open");
  for (const char* name : {"X-Request-Id", "Origin"}) {
    check_refused(server, {
                              {get("/healthz", name + ": a\rSet-Cookie: x\r\n"s), 400},
                              {get("/healthz", name + ": a\nSet-Cookie: x\r\n"s), 400},
                              {get("/healthz", name + ": a\r\n Set-Cookie: x\r\n"s), 400},
                              {get("/healthz", name + ": a\0Set-Cookie: x\r\n"s), 400},
                          });
  }
  const std::string path = "/verify_subscriber?token=x";
  for (const std::string& id :
       {"a%0d%0aSet-Cookie:x"s, "a b"s, "a\tb"s, "\xC4\x8D\xC4\x8A"s /* U+010D U+010A */, "a;b"s,
        std::string(129, 'a')}) {
    CAPTURE(id);
    const Reply reply = server.get(path, {{"X-Request-Id", id}});
    CHECK(reply.status == 404);
    CHECK(reply.headers.count("X-Request-Id") == 1);
    CHECK(reply.headers.find("X-Request-Id")->second.size() == 16);  // one of the server's own
    CHECK(reply.headers.count("Set-Cookie") == 0);
  }
  const auto allowed = [&](const std::string& origin) {
    const Reply reply = server.get(path, {{"Origin", origin}});
    const auto found = reply.headers.find("Access-Control-Allow-Origin");
    return found != reply.headers.end() ? found->second : "";
  };
  CHECK(allowed("https://good.example") == "https://good.example");
  for (const std::string& origin :
       {"https://evil.example"s, "null"s, "*"s, "https://good.example.evil.example"s,
        "https://good.example, https://evil.example"s, "https://good.example%0d%0aX:y"s,
        "https://good.example\tX"s, "https://good.example/"s}) {
    CAPTURE(origin);
    CHECK(allowed(origin).empty());
  }
  CHECK(signed_up(server) == kNobody);
}
