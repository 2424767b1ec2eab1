#include "promotions/net/curl.h"

#include <stdexcept>

#include "support/canned_server.h"
#include "support/catch.h"

using namespace promotions;

namespace {

std::size_t drop(char* /*data*/, std::size_t size, std::size_t count, void* /*target*/) {
  return size * count;
}

}  // namespace

TEST_CASE("CurlList: keeps what is added, in order", "[net]") {
  CurlList list;
  CHECK(list.get() == nullptr);
  list.add("one");
  list.add("two");
  REQUIRE(list.get() != nullptr);
  CHECK(std::string(list.get()->data) == "one");
  REQUIRE(list.get()->next != nullptr);
  CHECK(std::string(list.get()->next->data) == "two");
  CHECK(list.get()->next->next == nullptr);
}

TEST_CASE("CurlUrl: is put together and taken apart", "[net]") {
  CurlUrl url;
  CHECK_FALSE(url.get(CURLUPART_URL));
  CHECK(url.set(CURLUPART_SCHEME, "smtps"));
  CHECK(url.set(CURLUPART_HOST, "[::1]"));
  CHECK(url.set(CURLUPART_PORT, "465"));
  CHECK(url.set(CURLUPART_PATH, "/"));
  CHECK(url.get(CURLUPART_URL) == "smtps://[::1]:465/");
  CHECK_FALSE(url.set(CURLUPART_HOST, "two words"));
  CHECK_FALSE(url.set(CURLUPART_PORT, "70000"));
  CHECK_FALSE(url.get(CURLUPART_QUERY));
}

TEST_CASE("CurlHandle: throws for what it does not take, and explains what it ends with", "[net]") {
  CurlHandle handle;
  CHECK_THROWS_AS(handle.set(CURLOPT_PROTOCOLS_STR, "no-such-protocol"), std::runtime_error);
  handle.set(CURLOPT_PROTOCOLS_STR, "https");
  handle.set(CURLOPT_URL, "http://127.0.0.1/");
  const CURLcode refused = handle.perform();
  CHECK(refused == CURLE_UNSUPPORTED_PROTOCOL);
  CHECK(handle.explanation(refused).find("http") != std::string::npos);
}

TEST_CASE("CurlHandle: explains the last transfer and none before", "[net]") {
  const CannedServer server([](const std::string& target) {
    return target == "/drop" ? CannedAnswer::drop() : CannedAnswer::http(200, "");
  });
  CurlHandle handle;
  handle.set(CURLOPT_PROXY, "");
  handle.set(CURLOPT_WRITEFUNCTION, &drop);
  handle.set(CURLOPT_URL, server.url() + "/drop");
  CHECK(handle.perform() == CURLE_GOT_NOTHING);
  CHECK(handle.explanation(CURLE_GOT_NOTHING) == "Empty reply from server");
  handle.set(CURLOPT_URL, server.url() + "/");
  CHECK(handle.perform() == CURLE_OK);
  CHECK(handle.explanation(CURLE_OK) == curl_easy_strerror(CURLE_OK));
  CHECK(handle.info<long>(CURLINFO_RESPONSE_CODE) == 200);
}

TEST_CASE("CurlHandle: after a reset nothing is left but that it can explain", "[net]") {
  CurlHandle handle;
  handle.set(CURLOPT_URL, "no-such-protocol://127.0.0.1/");
  const CURLcode unknown = handle.perform();
  CHECK(unknown == CURLE_UNSUPPORTED_PROTOCOL);
  const std::string before = handle.explanation(unknown);
  handle.reset();
  CHECK(handle.perform() == CURLE_URL_MALFORMAT);  // there is none
  handle.set(CURLOPT_URL, "no-such-protocol://127.0.0.1/");
  CHECK(handle.explanation(handle.perform()) == before);
}
