#include "support/test_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace promotions::test {
namespace {

constexpr int kDeadlineMs = 20'000;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void wait_for(int fd, short events) {
  pollfd poll_fd{fd, events, 0};
  if (poll(&poll_fd, 1, kDeadlineMs) != 1) throw std::runtime_error("nothing came in time");
}

FileDescriptor connected(const sockaddr* address, socklen_t length) {
  FileDescriptor socket(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open() || connect(socket.get(), address, length) != 0) fail("connect");
  return socket;
}

std::size_t content_length(std::string_view head) {
  const std::string_view name = "\r\nContent-Length: ";
  const auto at = head.find(name);
  return at == std::string_view::npos ? 0 : std::stoul(std::string(head.substr(at + name.size())));
}

}  // namespace

Client Client::tcp(int port, std::string_view host) {
  if (host.find(':') != std::string_view::npos) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(static_cast<std::uint16_t>(port));
    inet_pton(AF_INET6, std::string(host).c_str(), &address.sin6_addr);
    return Client(connected(reinterpret_cast<const sockaddr*>(&address), sizeof address));
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  inet_pton(AF_INET, std::string(host).c_str(), &address.sin_addr);
  return Client(connected(reinterpret_cast<const sockaddr*>(&address), sizeof address));
}

Client Client::control(const std::string& path) {
  const auto slash = path.rfind('/');
  const FileDescriptor folder(open(path.substr(0, slash).c_str(), O_PATH | O_CLOEXEC));
  const std::string name = "/proc/self/fd/" + std::to_string(folder.get()) + path.substr(slash);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path, sizeof address.sun_path - 1);
  return Client(connected(reinterpret_cast<const sockaddr*>(&address), sizeof address));
}

void Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    wait_for(socket_.get(), POLLOUT);
    const auto count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) fail("send");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void Client::end_sending() {
  shutdown(socket_.get(), SHUT_WR);
}

void Client::shrink_receive_buffer() {
  const int size = 4096;
  setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

void Client::await_input() {
  wait_for(socket_.get(), POLLIN);
}

std::size_t Client::await_any_input(const std::vector<Client>& clients) {
  std::vector<pollfd> polled;
  polled.reserve(clients.size());
  for (const Client& client : clients) polled.push_back({client.socket_.get(), POLLIN, 0});
  if (poll(polled.data(), polled.size(), kDeadlineMs) < 1) {
    throw std::runtime_error("nothing came in time");
  }
  const auto found = std::find_if(polled.begin(), polled.end(),
                                  [](const pollfd& each) { return each.revents != 0; });
  return static_cast<std::size_t>(found - polled.begin());
}

void Client::await_hang_up() {
  wait_for(socket_.get(), POLLRDHUP);  // and POLLERR and POLLHUP, which need no asking
}

bool Client::receive() {
  wait_for(socket_.get(), POLLIN);
  std::array<char, 65536> buffer;
  const auto count = recv(socket_.get(), buffer.data(), buffer.size(), 0);
  was_reset_ |= count < 0;
  if (count <= 0) return false;
  received_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

std::string Client::until(std::string_view mark) {
  auto at = std::string::npos;
  while ((at = received_.find(mark)) == std::string::npos) {
    if (!receive()) throw std::runtime_error("the connection ended after: " + received_);
  }
  const std::string part = received_.substr(0, at + mark.size());
  received_.erase(0, part.size());
  return part;
}

std::string Client::answer(bool has_body) {
  std::string answer = until("\r\n\r\n");
  const auto length = has_body ? content_length(answer) : 0;
  while (received_.size() < length) {
    if (!receive()) throw std::runtime_error("the connection ended within: " + answer);
  }
  answer += received_.substr(0, length);
  received_.erase(0, length);
  received_.shrink_to_fit();  // for tests that look at the heap
  return answer;
}

std::string Client::some() {
  if (received_.empty()) receive();
  return std::exchange(received_, {});
}

std::string Client::rest() {
  while (receive()) continue;
  return std::exchange(received_, {});
}

}  // namespace promotions::test
