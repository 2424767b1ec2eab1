#include "integration/control_stub.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

DatabaseLock acquire(const std::string& database) {
  auto lock = DatabaseLock::try_acquire(database);
  if (!lock) throw std::logic_error("a server still runs on " + database);
  return std::move(*lock);
}

int listen_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::length_error(path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::unlink(path.c_str());
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, 16) != 0) {
    const int error = errno;
    ::close(listener);
    throw std::system_error(error, std::generic_category(), path);
  }
  return listener;
}

// Adds bytes to `buffer`; false at their end.
bool fill(int connection, std::string& buffer) {
  std::array<char, 4096> block{};
  const ssize_t size = ::recv(connection, block.data(), block.size(), 0);
  if (size <= 0) return false;
  buffer.append(block.data(), static_cast<std::size_t>(size));
  return true;
}

// Takes the next request off `buffer`, as "METHOD target body".
std::optional<std::string> take_request(int connection, std::string& buffer) {
  constexpr std::string_view length_field = "\r\ncontent-length:";
  std::size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!fill(connection, buffer)) return std::nullopt;
  }
  const std::string head = buffer.substr(0, end);
  buffer.erase(0, end + 4);
  const auto field = to_lower_ascii(head).find(length_field);
  const std::size_t length =
      field == std::string::npos ? 0 : std::stoul(head.substr(field + length_field.size()));
  while (buffer.size() < length) {
    if (!fill(connection, buffer)) return std::nullopt;
  }
  const std::string body = buffer.substr(0, length);
  buffer.erase(0, length);
  return head.substr(0, head.find(" HTTP/")) + (body.empty() ? "" : " " + body);
}

}  // namespace

ControlStub::ControlStub(const std::string& database, std::vector<Answer> answers)
    : socket_path_(database + ".sock"),
      lock_(acquire(database)),
      listener_(listen_at(socket_path_)),
      answers_(std::move(answers)),
      thread_([this] { serve(); }) {}

ControlStub::~ControlStub() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
  ::unlink(socket_path_.c_str());
}

std::vector<std::string> ControlStub::requests() {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void ControlStub::serve() {
  for (;;) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    serve_one(connection);
    ::close(connection);
  }
}

// One at a time: a command has one connection, and has closed it when it ends.
void ControlStub::serve_one(int connection) {
  std::string buffer;
  while (const auto request = take_request(connection, buffer)) {
    const Answer answer = answer_to(*request);
    const std::string body = answer.body.dump();
    const std::string bytes = "HTTP/1.1 " + std::to_string(answer.status) +
                              " Stub\r\nContent-Length: " + std::to_string(body.size()) +
                              "\r\n\r\n" + body;
    if (::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) return;
  }
}

ControlStub::Answer ControlStub::answer_to(const std::string& request) {
  if (request == "GET /healthz") return {200, Json::object()};
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  if (answers_.empty()) return {500, {{"detail", "the test foresaw no such request"}}};
  Answer answer = std::move(answers_.front());
  answers_.erase(answers_.begin());
  return answer;
}

}  // namespace promotions
