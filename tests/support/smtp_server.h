// An SMTP server for tests: on 127.0.0.1, in threads of its own, many clients at once, with TLS
// or without. It keeps what it accepts, and does at each step of a dialogue what the test's script
// says.
//
//   SmtpServer server;
//   server.on(SmtpStep::rcpt, SmtpAction::reply("451 4.3.0 later"), 2);  // twice, then as usual
//   ... send to 127.0.0.1:server.port() ...
//   REQUIRE(server.wait_for_messages(1, 5s));
//   CHECK(server.messages().front().recipients.front() == "ana@example.org");
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace promotions {

class Certificate;

enum class SmtpTls {
  none,
  starttls,  // offered until it is used
  implicit,  // from the first byte on
};

enum class SmtpStep {
  greeting,   // a client has connected
  ehlo,       // EHLO or HELO
  starttls,   // before 220
  handshake,  // its first bytes from the client have arrived
  auth,       // the credentials are complete
  mail,
  rcpt,
  data,     // before 354
  content,  // the final dot has arrived
  rset,
  quit,
};

// What the server does at a step.
struct SmtpAction {
  enum class Kind {
    usual,             // what a server that accepts everything would say
    reply,             // `text`, one line or several parted by "\r\n", without the last CRLF
    bytes,             // `text` as it is, and then silence
    repeat,            // `text` as it is, over and over, `delay` apart, until the client ends it
    drop,              // closes the connection without a word
    silence,           // never answers; the connection stays until the client ends it
    accept_then_drop,  // at `content`: keeps the message, then closes without a word
  };
  Kind kind = Kind::usual;
  std::string text;
  std::chrono::milliseconds delay{0};  // before anything else

  static SmtpAction usual() { return {}; }
  static SmtpAction reply(std::string text) { return {Kind::reply, std::move(text), {}}; }
  static SmtpAction bytes(std::string text) { return {Kind::bytes, std::move(text), {}}; }
  static SmtpAction repeat(std::string text, std::chrono::milliseconds apart) {
    return {Kind::repeat, std::move(text), apart};
  }
  static SmtpAction drop() { return {Kind::drop, {}, {}}; }
  static SmtpAction silence() { return {Kind::silence, {}, {}}; }
  static SmtpAction accept_then_drop() { return {Kind::accept_then_drop, {}, {}}; }
  SmtpAction after(std::chrono::milliseconds time) const { return {kind, text, time}; }
};

struct ReceivedMail {
  std::string from;  // envelope
  std::vector<std::string> recipients;
  std::string data;    // without dot-stuffing, CRLF line ends
  int connection = 0;  // which one it came by, counted from 1
  bool is_encrypted = false;
};

// All members are thread-safe; the script may change while clients are served.
class SmtpServer {
 public:
  static constexpr int kAlways = -1;

  explicit SmtpServer(int port = 0);                                      // 0: a free one
  SmtpServer(SmtpTls tls, const Certificate& certificate, int port = 0);  // which is borrowed
  ~SmtpServer();  // closes every connection and waits for its threads
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;

  int port() const { return port_; }

  // The next `times` times that `step` is reached; afterwards what was scripted before, or the
  // usual. Rules given with a count are used up in the order in which they were given.
  void on(SmtpStep step, SmtpAction action, int times = kAlways);
  // RCPT for this recipient; goes before the rules for SmtpStep::rcpt.
  void on_recipient(const std::string& address, SmtpAction action, int times = kAlways);
  // Lines of the EHLO answer beside the name and STARTTLS; at first "AUTH PLAIN LOGIN" and
  // "ENHANCEDSTATUSCODES".
  void offer(std::vector<std::string> extensions);
  // Greets no more clients at a time than so many; others are told 421.
  void limit_sessions(int most);
  // Closes all connections that are open now, as a server does that is started anew.
  void drop_clients();

  // In the order in which they were accepted: with a 2yz answer to the final dot.
  std::vector<ReceivedMail> messages() const;
  // False: there were fewer when the time was over.
  bool wait_for_messages(std::size_t count, std::chrono::milliseconds at_most) const;

  // False: some client was still connected when the time was over.
  bool wait_until_unconnected(std::chrono::milliseconds at_most) const;

  int connections() const;       // accepted so far
  int open_connections() const;  // now
  int auth_attempts() const;
  int count(SmtpStep step) const;  // how often it was reached
  // Every line that clients sent outside of message content, AUTH answers included, in order.
  std::vector<std::string> lines() const;
  std::vector<std::string> plain_lines() const;  // those of them that came unencrypted

 private:
  class Dialogue;
  struct Rules {
    std::deque<std::pair<SmtpAction, int>> counted;
    SmtpAction otherwise;
    SmtpAction next();
  };
  struct Client {
    int socket = -1;
    int number = 0;
    bool is_done = false;
    std::thread thread;
  };

  SmtpServer(SmtpTls tls, const Certificate* certificate, int port);

  void accept_clients();
  void serve(Client& client);
  SmtpAction reach(SmtpStep step, const std::string& recipient = {});
  void keep(ReceivedMail mail);
  void note_line(const std::string& line, bool is_encrypted);
  std::vector<std::string> extensions() const;
  bool wait_or_stop(std::chrono::milliseconds time);  // false: the server is being destroyed

  // Constant after construction.
  const SmtpTls tls_;
  const Certificate* const certificate_;
  int listener_ = -1;
  int port_ = 0;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  // Guarded by mutex_.
  bool is_stopping_ = false;
  std::map<SmtpStep, Rules> rules_;
  std::map<std::string, Rules, std::less<>> recipient_rules_;
  std::vector<std::string> extensions_{"AUTH PLAIN LOGIN", "ENHANCEDSTATUSCODES"};
  std::vector<ReceivedMail> messages_;
  std::vector<std::string> lines_;
  std::vector<std::string> plain_lines_;
  std::map<SmtpStep, int> reached_;
  int connections_ = 0;
  int sessions_ = 0;  // of clients that are served
  int most_sessions_ = std::numeric_limits<int>::max();
  std::list<Client> clients_;

  std::thread acceptor_;
};

}  // namespace promotions
