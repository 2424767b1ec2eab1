#include "support/canned_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

#include "support/certificate.h"
#include "support/loopback.h"
#include "support/wire.h"

namespace promotions {

CannedAnswer CannedAnswer::http(int status, const std::string& body, const std::string& fields) {
  return bytes("HTTP/1.1 " + std::to_string(status) + " Something\r\n" + fields +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

CannedServer::CannedServer(Script script, const Certificate* certificate)
    : script_(std::move(script)), certificate_(certificate), listener_(listen_on_loopback(0)) {
  thread_ = std::thread([this] { serve_clients(); });
}

CannedServer::~CannedServer() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    if (client_ >= 0) ::shutdown(client_, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);  // ends accept()
  thread_.join();
  ::close(listener_);
}

std::string CannedServer::host() const {
  return "127.0.0.1:" + std::to_string(port_of(listener_));
}

std::string CannedServer::url() const {
  return (certificate_ != nullptr ? "https://" : "http://") + host();
}

std::vector<std::string> CannedServer::heads() const {
  const std::lock_guard lock(mutex_);
  return heads_;
}

void CannedServer::serve_clients() {
  // OpenSSL writes to clients that are gone; the signal would be for this thread.
  sigset_t signals{};
  ::sigaddset(&signals, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    {
      const std::lock_guard lock(mutex_);
      if (is_stopping_) {
        if (socket >= 0) ::close(socket);
        return;
      }
      client_ = socket;
    }
    if (socket < 0) continue;
    {
      Wire wire(socket);
      try {
        serve(wire);
      } catch (const Hangup&) {
      }
    }
    const std::lock_guard lock(mutex_);
    ::close(socket);
    client_ = -1;
  }
}

void CannedServer::serve(Wire& wire) {
  if (certificate_ != nullptr) wire.shake_hands(certificate_->context());
  const std::string line = wire.read_line();  // "GET /… HTTP/1.1"
  std::string head = line;
  while (!head.ends_with("\r\n\r\n")) head += wire.read_line();
  {
    const std::lock_guard lock(mutex_);
    heads_.push_back(std::move(head));
  }
  const CannedAnswer answer = script_(line.substr(4, line.rfind(' ') - 4));
  wire.write(answer.text);
  if (answer.kind == CannedAnswer::Kind::stall) wire.wait_for_client_to_leave();
  while (answer.kind == CannedAnswer::Kind::endless) wire.write(answer.more);
}

}  // namespace promotions
