#include "cli/control_client.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "promotions/base/errors.h"
#include "promotions/net/curl.h"

namespace promotions {
namespace {

std::size_t append(char* data, std::size_t size, std::size_t count, void* target) {
  static_cast<std::string*>(target)->append(data, size * count);
  return size * count;
}

// How long a command waits for its answer: deleting a large campaign takes a while.
constexpr long kTimeoutSeconds = 600;

}  // namespace

ControlClient::ControlClient(std::string socket_path)
    : socket_path_(std::move(socket_path)), curl_(std::make_unique<CurlHandle>()) {
  const auto folder = std::filesystem::absolute(socket_path_).parent_path();
  folder_ = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
}

ControlClient::~ControlClient() {
  if (folder_ >= 0) ::close(folder_);
}

std::optional<ControlAnswer> ControlClient::request(const std::string& method,
                                                    const std::string& path,
                                                    const std::optional<OrderedJson>& body) {
  return send(method, path, body, false);
}

std::optional<ControlAnswer> ControlClient::look(const std::string& path) {
  return send("GET", path, std::nullopt, true);
}

std::optional<ControlAnswer> ControlClient::send(const std::string& method, const std::string& path,
                                                 const std::optional<OrderedJson>& body,
                                                 bool only_looks) {
  // The path goes through the opened folder, because a socket's path can have only 107 bytes
  // (unix(7)).
  const std::string socket = "/proc/self/fd/" + std::to_string(folder_) + "/" +
                             std::filesystem::path(socket_path_).filename().string();
  const std::string text = body ? body->dump() : std::string();
  std::string received;
  CurlList fields;
  fields.add("Accept: application/json");
  // Only with a body: an empty one is not JSON.
  if (body) fields.add("Content-Type: application/json");
  // The server changes nothing for requests that a browser makes ahead of time.
  if (only_looks) fields.add("Sec-Purpose: prefetch");

  curl_->reset();
  curl_->set(CURLOPT_UNIX_SOCKET_PATH, socket);
  curl_->set(CURLOPT_URL, "http://localhost" + path);
  curl_->set(CURLOPT_CUSTOMREQUEST, method);
  curl_->set(CURLOPT_HTTPHEADER, fields.get());
  curl_->set(CURLOPT_NOPROXY, "*");  // whatever http_proxy says
  curl_->set(CURLOPT_TIMEOUT, kTimeoutSeconds);
  curl_->set(CURLOPT_WRITEFUNCTION, &append);
  curl_->set(CURLOPT_WRITEDATA, &received);
  if (body) {
    curl_->set(CURLOPT_POSTFIELDS, text);  // not copied
    curl_->set(CURLOPT_POSTFIELDSIZE, static_cast<long>(text.size()));
  }
  const CURLcode code = curl_->perform();
  if (code == CURLE_COULDNT_CONNECT) return std::nullopt;
  if (code != CURLE_OK) {
    throw UserError(socket_path_ + ": no answer: " + curl_easy_strerror(code) +
                    "; look at what the server logs, and try again");
  }
  const auto status = curl_->info<long>(CURLINFO_RESPONSE_CODE);
  ControlAnswer answer{static_cast<int>(status), nullptr};
  if (!received.empty()) answer.body = OrderedJson::parse(received, nullptr, false);
  return answer;
}

}  // namespace promotions
