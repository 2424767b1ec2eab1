#include "support/smtp_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "promotions/base/encoding.h"
#include "support/certificate.h"
#include "support/loopback.h"
#include "support/wire.h"

namespace promotions {
namespace {

using std::chrono::milliseconds;

// "MAIL FROM:<a@b> SIZE=10" -> "a@b"
std::string path_in(const std::string& command) {
  const std::size_t open = command.find('<');
  const std::size_t close = command.find('>');
  if (open == std::string::npos || close == std::string::npos || close < open) return {};
  return command.substr(open + 1, close - open - 1);
}

}  // namespace

// One client's session.
class SmtpServer::Dialogue {
 public:
  Dialogue(SmtpServer& server, int socket, int number)
      : server_(server), wire_(socket), number_(number) {}

  void run(bool is_admitted) {
    if (server_.tls_ == SmtpTls::implicit) shake_hands();
    if (!is_admitted) {
      wire_.write("421 4.7.0 localhost Error: too many connections from 127.0.0.1\r\n");
      throw Hangup{};
    }
    answer(SmtpStep::greeting, "220 localhost ESMTP for tests");
    while (true) {
      const std::string line = next_line();
      const std::string verb = to_lower_ascii(line.substr(0, line.find(' ')));
      if (verb == "quit") {
        answer(SmtpStep::quit, "221 2.0.0 bye");
        throw Hangup{};
      }
      handle(verb, line);
    }
  }

 private:
  void handle(const std::string& verb, const std::string& line) {
    if (verb == "ehlo" || verb == "helo") {
      answer(SmtpStep::ehlo, verb == "ehlo" ? ehlo_answer() : "250 localhost");
    } else if (verb == "starttls" && offers_tls()) {
      if (answer(SmtpStep::starttls, "220 2.0.0 go on")) shake_hands();
    } else if (verb == "auth") {
      authenticate(line);
    } else if (verb == "mail") {
      mail_ = {path_in(line), {}, {}, number_, wire_.is_encrypted()};
      answer(SmtpStep::mail, "250 2.1.0 ok");
    } else if (verb == "rcpt") {
      const std::string recipient = path_in(line);
      if (answer(SmtpStep::rcpt, "250 2.1.5 ok", recipient)) mail_.recipients.push_back(recipient);
    } else if (verb == "data") {
      if (answer(SmtpStep::data, "354 go on")) receive_content();
    } else if (verb == "rset") {
      answer(SmtpStep::rset, "250 2.0.0 ok");
    } else {
      wire_.write("500 5.5.1 unknown command\r\n");
    }
  }

  bool offers_tls() const { return server_.tls_ == SmtpTls::starttls && !wire_.is_encrypted(); }

  std::string ehlo_answer() const {
    std::vector<std::string> extensions = server_.extensions();
    if (offers_tls()) extensions.emplace_back("STARTTLS");
    std::string answer = "250 localhost";
    for (const std::string& extension : extensions) {
      answer[answer.rfind("250") + 3] = '-';
      answer += "\r\n250 " + extension;
    }
    return answer;
  }

  void shake_hands() {
    wire_.wait_for_bytes();
    carry_out(SmtpStep::handshake);
    wire_.shake_hands(server_.certificate_->context());
  }

  std::string next_line() {
    std::string line = wire_.read_line();
    line.resize(line.size() - 2);
    server_.note_line(line, wire_.is_encrypted());
    return line;
  }

  // AUTH PLAIN, LOGIN or CRAM-MD5, with or without an initial response. Any credentials will do.
  void authenticate(const std::string& line) {
    const std::string mechanism = to_lower_ascii(line.substr(5, line.find(' ', 5) - 5));
    std::vector<std::string> challenges{""};
    if (mechanism == "login") challenges = {"VXNlcm5hbWU6", "UGFzc3dvcmQ6"};
    // RFC 2195 §2: "<1896.697170952@postoffice.reston.mci.net>"
    if (mechanism == "cram-md5") {
      challenges = {"PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"};
    }
    const bool has_initial = std::count(line.begin(), line.end(), ' ') > 1;
    for (std::size_t i = has_initial ? 1 : 0; i < challenges.size(); ++i) {
      wire_.write("334 " + challenges[i] + "\r\n");
      next_line();
    }
    answer(SmtpStep::auth, "235 2.7.0 welcome");
  }

  void receive_content() {
    mail_.data.clear();
    for (std::string line = wire_.read_line(); line != ".\r\n"; line = wire_.read_line()) {
      mail_.data += line.front() == '.' ? line.substr(1) : line;  // RFC 5321 §4.5.2
    }
    answer(SmtpStep::content, "250 2.0.0 accepted");
  }

  // What the script says, done as far as it is not a reply.
  SmtpAction carry_out(SmtpStep step, const std::string& recipient = {}) {
    SmtpAction action = server_.reach(step, recipient);
    do {
      if (!server_.wait_or_stop(action.delay)) throw Hangup{};
      if (action.kind == SmtpAction::Kind::repeat) wire_.write(action.text);
    } while (action.kind == SmtpAction::Kind::repeat);
    switch (action.kind) {
      case SmtpAction::Kind::drop:
        throw Hangup{};
      case SmtpAction::Kind::bytes:
        wire_.write(action.text);
        wire_.wait_for_client_to_leave();
      case SmtpAction::Kind::silence:
        wire_.wait_for_client_to_leave();
      case SmtpAction::Kind::accept_then_drop:
        server_.keep(std::move(mail_));
        throw Hangup{};
      case SmtpAction::Kind::repeat:
      case SmtpAction::Kind::usual:
      case SmtpAction::Kind::reply:
        break;
    }
    return action;
  }

  // Does what the script says; true: the reply was one after which the dialogue goes on.
  bool answer(SmtpStep step, const std::string& usual, const std::string& recipient = {}) {
    const SmtpAction action = carry_out(step, recipient);
    const std::string& text = action.kind == SmtpAction::Kind::reply ? action.text : usual;
    const bool is_good =
        step == SmtpStep::starttls ? text.starts_with("220") : text.front() == usual.front();
    // Before the reply: a client that has its 250 may ask the test to look at once.
    if (step == SmtpStep::content && is_good) server_.keep(std::move(mail_));
    wire_.write(text + "\r\n");
    if (text.starts_with("421")) throw Hangup{};  // RFC 5321 §3.8
    return is_good;
  }

  SmtpServer& server_;
  Wire wire_;
  const int number_;
  ReceivedMail mail_;
};

SmtpServer::SmtpServer(int port) : SmtpServer(SmtpTls::none, nullptr, port) {}

SmtpServer::SmtpServer(SmtpTls tls, const Certificate& certificate, int port)
    : SmtpServer(tls, &certificate, port) {}

SmtpServer::SmtpServer(SmtpTls tls, const Certificate* certificate, int port)
    : tls_(tls),
      certificate_(certificate),
      listener_(listen_on_loopback(port)),
      port_(port_of(listener_)) {
  acceptor_ = std::thread([this] { accept_clients(); });
}

SmtpServer::~SmtpServer() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  ::shutdown(listener_, SHUT_RDWR);  // ends accept()
  acceptor_.join();
  drop_clients();
  for (Client& client : clients_) client.thread.join();
  ::close(listener_);
}

void SmtpServer::accept_clients() {
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (is_stopping_ || socket < 0) {
      if (socket >= 0) ::close(socket);
      if (is_stopping_ || errno != ECONNABORTED) return;
      continue;
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    clients_.remove_if([](Client& client) {
      if (client.is_done) client.thread.join();
      return client.is_done;
    });
    Client& client = clients_.emplace_back();
    client.socket = socket;
    client.number = ++connections_;
    client.thread = std::thread([this, &client] { serve(client); });
  }
}

void SmtpServer::serve(Client& client) {
  // OpenSSL writes to clients that are gone; the signal would be for this thread.
  sigset_t signals{};
  ::sigaddset(&signals, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  int socket = -1;
  bool is_admitted = false;
  {
    const std::lock_guard lock(mutex_);
    socket = client.socket;
    is_admitted = sessions_ < most_sessions_;
    if (is_admitted) ++sessions_;
  }
  try {
    Dialogue(*this, socket, client.number).run(is_admitted);
  } catch (const Hangup&) {
    const std::lock_guard lock(mutex_);
    if (is_admitted) --sessions_;
    ::close(client.socket);
    client.socket = -1;
    client.is_done = true;
    changed_.notify_all();
  }
}

SmtpAction SmtpServer::Rules::next() {
  if (counted.empty()) return otherwise;
  SmtpAction action = counted.front().first;
  if (--counted.front().second == 0) counted.pop_front();
  return action;
}

SmtpAction SmtpServer::reach(SmtpStep step, const std::string& recipient) {
  const std::lock_guard lock(mutex_);
  ++reached_[step];
  const auto special = recipient_rules_.find(recipient);
  if (step == SmtpStep::rcpt && special != recipient_rules_.end()) {
    const SmtpAction action = special->second.next();
    if (action.kind != SmtpAction::Kind::usual) return action;
  }
  return rules_[step].next();
}

void SmtpServer::on(SmtpStep step, SmtpAction action, int times) {
  const std::lock_guard lock(mutex_);
  Rules& rules = rules_[step];
  if (times == kAlways) {
    rules = {{}, std::move(action)};
  } else if (times > 0) {
    rules.counted.emplace_back(std::move(action), times);
  }
}

void SmtpServer::on_recipient(const std::string& address, SmtpAction action, int times) {
  const std::lock_guard lock(mutex_);
  Rules& rules = recipient_rules_[address];
  if (times == kAlways) {
    rules = {{}, std::move(action)};
  } else if (times > 0) {
    rules.counted.emplace_back(std::move(action), times);
  }
}

void SmtpServer::offer(std::vector<std::string> extensions) {
  const std::lock_guard lock(mutex_);
  extensions_ = std::move(extensions);
}

void SmtpServer::limit_sessions(int most) {
  const std::lock_guard lock(mutex_);
  most_sessions_ = most;
}

void SmtpServer::drop_clients() {
  const std::lock_guard lock(mutex_);
  for (const Client& client : clients_) {
    if (client.socket >= 0) ::shutdown(client.socket, SHUT_RDWR);
  }
}

void SmtpServer::keep(ReceivedMail mail) {
  const std::lock_guard lock(mutex_);
  messages_.push_back(std::move(mail));
  changed_.notify_all();
}

void SmtpServer::note_line(const std::string& line, bool is_encrypted) {
  const std::lock_guard lock(mutex_);
  lines_.push_back(line);
  if (!is_encrypted) plain_lines_.push_back(line);
}

bool SmtpServer::wait_or_stop(milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [&] { return is_stopping_; });
}

std::vector<ReceivedMail> SmtpServer::messages() const {
  const std::lock_guard lock(mutex_);
  return messages_;
}

bool SmtpServer::wait_for_messages(std::size_t count, milliseconds at_most) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, at_most, [&] { return messages_.size() >= count; });
}

bool SmtpServer::wait_until_unconnected(milliseconds at_most) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, at_most, [&] {
    return std::all_of(clients_.begin(), clients_.end(),
                       [](const Client& client) { return client.is_done; });
  });
}

int SmtpServer::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

int SmtpServer::open_connections() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(std::count_if(clients_.begin(), clients_.end(),
                                        [](const Client& client) { return !client.is_done; }));
}

int SmtpServer::auth_attempts() const {
  return count(SmtpStep::auth);
}

int SmtpServer::count(SmtpStep step) const {
  const std::lock_guard lock(mutex_);
  const auto found = reached_.find(step);
  return found == reached_.end() ? 0 : found->second;
}

std::vector<std::string> SmtpServer::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

std::vector<std::string> SmtpServer::plain_lines() const {
  const std::lock_guard lock(mutex_);
  return plain_lines_;
}

std::vector<std::string> SmtpServer::extensions() const {
  const std::lock_guard lock(mutex_);
  return extensions_;
}

}  // namespace promotions
