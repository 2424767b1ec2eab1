// The one file of beacon that knows libcurl.
#include "beacon/http_get.h"

#include <curl/curl.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>

#include "promotions/base/time_text.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxBytes = 64 * 1024;  // a right answer has less than 1 KiB
constexpr std::size_t kMaxExplanation = 200;

struct FreeHandle {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeText {
  void operator()(char* text) const { curl_free(text); }
};

// Once a process; the operating system takes it back.
void start_curl() {
  static const CURLcode status = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (status != CURLE_OK) throw std::runtime_error("libcurl does not start");
}

// On one line: a server may have a say in it.
std::string printable(std::string text) {
  if (text.size() > kMaxExplanation) text.resize(kMaxExplanation);
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

class Transfer {
 public:
  explicit Transfer(const HttpRequest& request);

  BeaconResult<HttpAnswer> run();

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    const CURLcode status = curl_easy_setopt(curl_.get(), option, value);
    if (status != CURLE_OK) {
      throw std::runtime_error(std::string("libcurl: ") + curl_easy_strerror(status));
    }
  }
  void set_trust();
  std::string explanation_of(CURLcode code) const;

  // Both count, since neither a head nor a body has an end if the server wants none.
  static std::size_t on_head(char* data, std::size_t size, std::size_t count, void* transfer);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* transfer);
  bool has_room_for(std::size_t size);

  const HttpRequest& request_;
  const std::unique_ptr<CURL, FreeHandle> curl_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::size_t received_ = 0;
  bool is_too_large_ = false;
  HttpAnswer answer_;
};

Transfer::Transfer(const HttpRequest& request) : request_(request), curl_(curl_easy_init()) {
  if (!curl_) throw std::runtime_error("libcurl: no handle");
  headers_.reset(curl_slist_append(nullptr, "Accept: application/json"));
  if (!headers_) throw std::bad_alloc();
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "https,http");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_HTTPHEADER, headers_.get());
  set(CURLOPT_USERAGENT, "promotions");  // some content networks refuse whoever does not say
  if (request.is_direct) set(CURLOPT_PROXY, "");
  const auto timeout = static_cast<long>(request.timeout.count());
  set(CURLOPT_CONNECTTIMEOUT_MS, timeout);
  set(CURLOPT_TIMEOUT_MS, timeout);
  set(CURLOPT_ERRORBUFFER, error_.data());
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_head);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, this);
  set_trust();
}

void Transfer::set_trust() {
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  // The environment variable is OpenSSL's own; libcurl overrides it by a built-in path.
  const char* environment = std::getenv("SSL_CERT_FILE");
  if (!request_.ca_file.empty()) {
    set(CURLOPT_CAINFO, request_.ca_file.c_str());
  } else if (environment != nullptr && *environment != '\0') {
    set(CURLOPT_CAINFO, environment);
  }
}

BeaconResult<HttpAnswer> Transfer::run() {
  const CURLcode code = curl_easy_perform(curl_.get());
  if (code != CURLE_OK) return BeaconTrouble{false, explanation_of(code)};
  curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &answer_.status);
  return std::move(answer_);
}

std::string Transfer::explanation_of(CURLcode code) const {
  if (is_too_large_) return "the answer has more than 64 KiB";
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return "no complete answer within " + to_duration_text(request_.timeout);
  }
  return printable(error_.front() == '\0' ? curl_easy_strerror(code) : error_.data());
}

std::size_t Transfer::on_head(char* /*data*/, std::size_t size, std::size_t count, void* transfer) {
  return static_cast<Transfer*>(transfer)->has_room_for(size * count) ? size * count : 0;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* transfer) {
  auto& self = *static_cast<Transfer*>(transfer);
  if (!self.has_room_for(size * count)) return 0;
  self.answer_.body.append(data, size * count);
  return size * count;
}

bool Transfer::has_room_for(std::size_t size) {
  received_ += size;
  is_too_large_ = received_ > kMaxBytes;
  return !is_too_large_;
}

}  // namespace

BeaconResult<HttpAnswer> http_get(const HttpRequest& request) {
  start_curl();
  return Transfer(request).run();
}

std::optional<UrlHost> host_of(const std::string& url) {
  start_curl();
  const std::unique_ptr<CURLU, FreeUrl> parsed(curl_url());
  if (!parsed) throw std::bad_alloc();
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return std::nullopt;
  const auto part = [&](CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), which, &text, 0) != CURLUE_OK) return std::string();
    return std::string(std::unique_ptr<char, FreeText>(text).get());
  };
  UrlHost result{part(CURLUPART_SCHEME), part(CURLUPART_HOST), part(CURLUPART_PORT)};
  if (result.scheme != "http" && result.scheme != "https") return std::nullopt;
  return result;
}

}  // namespace promotions
