#include "cli/control_client.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <new>

#include "promotions/base/errors.h"

namespace promotions {
namespace {

std::size_t append(char* data, std::size_t size, std::size_t count, void* target) {
  static_cast<std::string*>(target)->append(data, size * count);
  return size * count;
}

// The longest that a command may wait for its answer: deleting a large campaign takes a while.
constexpr long kTimeoutSeconds = 600;

}  // namespace

std::string percent_encoded(const std::string& text) {
  const std::unique_ptr<char, void (*)(void*)> encoded(
      curl_easy_escape(nullptr, text.c_str(), static_cast<int>(text.size())), curl_free);
  if (!encoded) throw std::bad_alloc();
  return encoded.get();
}

ControlClient::ControlClient(std::string socket_path)
    : socket_path_(std::move(socket_path)), curl_(curl_easy_init()) {
  const auto folder = std::filesystem::absolute(socket_path_).parent_path();
  folder_ = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
}

ControlClient::~ControlClient() {
  curl_easy_cleanup(static_cast<CURL*>(curl_));
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
  auto* curl = static_cast<CURL*>(curl_);
  // By way of the opened folder, because a socket's path may have 107 bytes only.
  const std::string socket = "/proc/self/fd/" + std::to_string(folder_) + "/" +
                             std::filesystem::path(socket_path_).filename().string();
  const std::string url = "http://localhost" + path;
  const std::string text = body ? body->dump() : std::string();
  std::string received;
  curl_slist* headers = curl_slist_append(nullptr, "Accept: application/json");
  // Of no body it would say that it is one, and an empty text is no JSON.
  if (body) headers = curl_slist_append(headers, "Content-Type: application/json");
  if (only_looks) headers = curl_slist_append(headers, "Sec-Purpose: prefetch");

  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, kTimeoutSeconds);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
  if (body) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, text.c_str());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(text.size()));
  }
  const CURLcode code = curl_easy_perform(curl);
  curl_slist_free_all(headers);
  if (code == CURLE_COULDNT_CONNECT) return std::nullopt;
  if (code != CURLE_OK) {
    throw UserError(socket_path_ + ": no answer: " + curl_easy_strerror(code) +
                    "; look at what the server logs, and try again");
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  ControlAnswer answer{static_cast<int>(status), nullptr};
  if (!received.empty()) answer.body = OrderedJson::parse(received, nullptr, false);
  return answer;
}

}  // namespace promotions
