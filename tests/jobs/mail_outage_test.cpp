// A mail server that is away, or will not have us, for hours.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "jobs/post_office.h"
#include "support/catch.h"
#include "support/smtp_server.h"

using namespace promotions;
using namespace std::chrono_literals;

namespace {

constexpr int kMails = 40;

// A port of 127.0.0.1 where connections are refused until some server takes it.
class ReservedPort {
 public:
  ReservedPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    socklen_t size = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, generic, size) != 0) throw std::runtime_error("no port");
    ::getsockname(socket_, generic, &size);
    number_ = ntohs(address.sin_port);
  }
  ~ReservedPort() { ::close(socket_); }
  ReservedPort(const ReservedPort&) = delete;
  ReservedPort& operator=(const ReservedPort&) = delete;

  int number() const { return number_; }

 private:
  int socket_;
  int number_ = 0;
};

SmtpOptions options_for(int port) {
  SmtpOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  options.security = SmtpSecurity::none;
  options.username = "mailer";
  options.password = "secret";
  options.timeout = 30s;
  return options;
}

struct Crowd {
  explicit Crowd(int port) : post(4) {
    post.reset(options_for(port));
    for (int i = 0; i < kMails; ++i) jobs.push_back(post.sign_up());
    post.start();
  }

  // The clock goes on for `time`, step by step. False: something did not come in time.
  bool live(Millis time) {
    constexpr Millis kStep = 2min;
    for (Millis passed{0}; passed < time; passed += kStep) {
      post.advance(kStep);
      if (!post.looks()) return false;
    }
    return true;
  }

  bool all_done() {
    return std::all_of(jobs.begin(), jobs.end(),
                       [&](std::int64_t job) { return post.is_done(job, 1); });
  }

  void check_untouched() {
    // What was in hand when the lane came to rest is put back.
    for (const std::int64_t job : jobs) {
      REQUIRE(post.comes_to(job, JobState::ready));
      CHECK(post.job(job).attempt == 0);
    }
  }

  PostOffice post;
  std::vector<std::int64_t> jobs;
};

// Everyone once.
void check_mails(const SmtpServer& server) {
  std::set<std::string> people;
  for (const ReceivedMail& mail : server.messages()) people.insert(mail.recipients.front());
  CHECK(people.size() == kMails);
  CHECK(server.messages().size() == kMails);
}

// Rests of 5, 10, 20, … 300 s, give or take 15 %; the workers' first try is one each.
constexpr Millis kOutage = 8h;
constexpr int kMostTries = 4 + 7 + kOutage / 4min;
constexpr int kLeastTries = kOutage / 8min;  // with the steps of the clock

}  // namespace

TEST_CASE("mail outage: hours without the server cost no attempt and no mail", "[jobs]") {
  const ReservedPort port;
  Crowd queue(port.number());
  REQUIRE(queue.post.log.wait_for("lane=mail rests for "));
  REQUIRE(queue.live(kOutage));
  queue.check_untouched();
  const int tries = queue.post.transport->sent.count();
  CHECK(tries <= kMostTries);
  CHECK(tries >= kLeastTries);  // it did go on trying
  CHECK(queue.post.job(queue.jobs.front()).last_error.starts_with("connect: "));

  SmtpServer back(port.number());
  queue.post.advance(6min);
  REQUIRE(queue.all_done());
  check_mails(back);
  CHECK(queue.post.transport->sent.count() == tries + kMails);
}

TEST_CASE("mail outage: hours of 421 cost no attempt and no mail", "[jobs]") {
  const auto step = GENERATE(SmtpStep::greeting, SmtpStep::rcpt);
  CAPTURE(static_cast<int>(step));
  SmtpServer server;
  server.on(step, SmtpAction::reply("421 4.3.2 not now"));
  Crowd queue(server.port());
  REQUIRE(queue.post.log.wait_for("lane=mail rests for "));
  REQUIRE(queue.live(kOutage));
  queue.check_untouched();
  CHECK(server.connections() <= kMostTries);
  CHECK(server.messages().empty());

  server.on(step, SmtpAction::usual());
  queue.post.advance(6min);
  REQUIRE(queue.all_done());
  check_mails(server);
}

TEST_CASE("mail outage: hours of refused credentials stop the lane, and then it goes on",
          "[jobs]") {
  SmtpServer server;
  server.on(SmtpStep::auth, SmtpAction::reply("535 5.7.8 wrong password"));
  Crowd queue(server.port());
  REQUIRE(queue.post.log.wait_for("lane=mail STOPPED: AUTH: 535 5.7.8 wrong password; "));
  REQUIRE(queue.live(kOutage));
  queue.check_untouched();
  // Each five minutes, or the account might be locked.
  constexpr int kMechanisms = 2;  // offered, and each is tried before the lane stops
  CHECK(server.auth_attempts() <= kMechanisms * (4 + kOutage / 5min));
  CHECK(server.auth_attempts() >= kLeastTries);
  CHECK(server.count(SmtpStep::mail) == 0);

  server.on(SmtpStep::auth, SmtpAction::usual());
  queue.post.advance(6min);
  REQUIRE(queue.all_done());
  check_mails(server);
}

TEST_CASE("mail in doubt: a server that never answers the last dot gets one mail a rest, not all",
          "[jobs]") {
  SmtpServer server;
  server.on(SmtpStep::content, SmtpAction::accept_then_drop());
  PostOffice post;
  post.reset(options_for(server.port()));
  std::vector<std::int64_t> jobs;
  for (int i = 0; i < 20; ++i) jobs.push_back(post.sign_up());
  post.start();
  for (int round = 1; round <= 3; ++round) {
    REQUIRE(post.transport->sent.wait(round));
    REQUIRE(post.comes_to(jobs.at(static_cast<std::size_t>(round - 1)), JobState::scheduled));
    REQUIRE(post.looks());
    CHECK(post.transport->sent.count() == round);
    if (round == 3) server.on(SmtpStep::content, SmtpAction::usual());
    post.advance(5min);
  }
  REQUIRE(post.is_done(jobs.back(), 1));
}

TEST_CASE("mail in doubt: one more try an hour later, as the same mail, and no third", "[jobs]") {
  SmtpServer server;
  PostOffice post;
  post.reset(options_for(server.port()));
  const auto accept_and_cut = [&] {
    server.on(SmtpStep::content, SmtpAction::accept_then_drop(), 1);
  };
  accept_and_cut();
  const std::int64_t job = post.sign_up();
  post.start();
  REQUIRE(post.transport->sent.wait());
  REQUIRE(post.comes_to(job, JobState::scheduled));
  REQUIRE(post.job(job).in_doubt);
  int tries = 1;

  // What the late try meets on its way does not make the first one any less doubtful.
  SECTION("at once") {}
  SECTION("refused for now in between") {
    server.on(SmtpStep::rcpt, SmtpAction::reply("450 4.2.1 later"), 1);
    post.advance(1h);
    REQUIRE(post.transport->sent.wait(++tries));
    REQUIRE(post.comes_to(job, JobState::scheduled));
    CHECK(error_text(post.job(job)) == "in doubt: RCPT: 450 4.2.1 later");
  }
  SECTION("the server away in between") {
    server.on(SmtpStep::greeting, SmtpAction::reply("421 4.3.2 closing"), 1);
    server.drop_clients();
    post.advance(1h);
    REQUIRE(post.transport->sent.wait(++tries));
    REQUIRE(post.comes_to(job, JobState::ready));
    CHECK(post.job(job).attempt == 1);
    CHECK(error_text(post.job(job)) == "in doubt: greeting: 421 4.3.2 closing");
  }
  SECTION("the process killed in between") {
    post.office.storage->write([&](Stores& stores) {
      const Time late = post.office.clock.now() + 1h;
      stores.jobs.promote(job, 0);
      stores.jobs.claim(lanes::kMail, 1, 1, late);
      stores.jobs.rescue(late, true);
    });
    CHECK(error_text(post.job(job)).ends_with("; the worker was lost"));
  }
  SECTION("an exception in between") {
    post.transport->throw_once();
    post.advance(1h);
    REQUIRE(post.log.wait_for("the transport broke"));
    REQUIRE(post.comes_to(job, JobState::scheduled));
    CHECK(error_text(post.job(job)) == "in doubt: the transport broke");
  }
  accept_and_cut();
  post.advance(1h);
  REQUIRE(post.transport->sent.wait(++tries));
  REQUIRE(post.log.wait_for(" fail: in doubt: "));
  CHECK(post.job(job).state == JobState::dead);

  const auto mails = server.messages();
  REQUIRE(mails.size() == 2);
  const auto id_in = [](const std::string& data) {
    const auto begin = data.find("\r\nMessage-ID: ") + 2;
    return data.substr(begin, data.find("\r\n", begin) - begin);
  };
  CHECK(id_in(mails[0].data).starts_with("Message-ID: <"));
  CHECK(id_in(mails[0].data) == id_in(mails[1].data));
}
