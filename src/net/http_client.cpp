#include "promotions/net/http_client.h"

#include <cstddef>

#include "promotions/base/time_text.h"
#include "promotions/net/curl.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxReason = 200;  // bytes

// Makes one safe line of a text that may contain words of the server.
std::string printable(std::string text) {
  if (text.size() > kMaxReason) text.resize(kMaxReason);
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

class Transfer {
 public:
  explicit Transfer(const HttpRequest& request);

  std::variant<HttpAnswer, HttpTrouble> run();

 private:
  std::string reason_of(CURLcode code) const;

  static std::size_t on_head(char* data, std::size_t size, std::size_t count, void* transfer);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* transfer);
  bool has_room_for(std::size_t size);

  const HttpRequest& request_;
  CurlList fields_;
  CurlHandle curl_;
  std::size_t received_ = 0;
  bool is_too_large_ = false;
  HttpAnswer answer_;
};

Transfer::Transfer(const HttpRequest& request) : request_(request) {
  fields_.add("Accept: " + request.accept);
  curl_.set(CURLOPT_URL, request.url);
  curl_.set(CURLOPT_PROTOCOLS_STR, "https,http");
  curl_.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_.set(CURLOPT_HTTPHEADER, fields_.get());
  curl_.set(CURLOPT_USERAGENT, "promotions");  // some content networks refuse requests without one
  if (request.is_direct) curl_.set(CURLOPT_PROXY, "");  // overrides the environment, too
  const auto timeout = static_cast<long>(request.timeout.count());
  curl_.set(CURLOPT_CONNECTTIMEOUT_MS, timeout);
  curl_.set(CURLOPT_TIMEOUT_MS, timeout);
  curl_.set(CURLOPT_HEADERFUNCTION, &Transfer::on_head);
  curl_.set(CURLOPT_HEADERDATA, this);
  curl_.set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_.set(CURLOPT_WRITEDATA, this);
  curl_.set_trust(request.ca_file);
}

std::variant<HttpAnswer, HttpTrouble> Transfer::run() {
  const CURLcode code = curl_.perform();
  if (code != CURLE_OK) return HttpTrouble{reason_of(code)};
  answer_.status = static_cast<int>(curl_.info<long>(CURLINFO_RESPONSE_CODE));
  return std::move(answer_);
}

std::string Transfer::reason_of(CURLcode code) const {
  if (is_too_large_) {
    return "the answer has more than " + std::to_string(request_.max_kib) + " KiB";
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return "no complete answer within " + to_duration_text(request_.timeout);
  }
  return printable(curl_.explanation(code));
}

// Both callbacks end the transfer by returning another size than they were given.
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
  is_too_large_ = received_ > static_cast<std::size_t>(request_.max_kib) * 1024;
  return !is_too_large_;
}

}  // namespace

std::variant<HttpAnswer, HttpTrouble> fetch(const HttpRequest& request) {
  return Transfer(request).run();
}

std::optional<UrlHost> host_of(const std::string& url) {
  CurlUrl parsed;
  if (!parsed.set(CURLUPART_URL, url)) return std::nullopt;
  UrlHost result{parsed.get(CURLUPART_SCHEME).value_or(""), parsed.get(CURLUPART_HOST).value_or(""),
                 parsed.get(CURLUPART_PORT).value_or("")};
  if (result.scheme != "http" && result.scheme != "https") return std::nullopt;
  return result;
}

}  // namespace promotions
