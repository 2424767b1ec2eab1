// A mail server that takes fewer sessions than we may open.
#include "jobs/post_office.h"
#include "queue/lane.h"
#include "support/catch.h"
#include "support/smtp_server.h"

using namespace promotions;
using namespace std::chrono_literals;

namespace {

constexpr int kMails = 60;

// A refusal to greet, whatever the rules of replies make of it.
class CrowdedTransport final : public Transport {
 public:
  explicit CrowdedTransport(std::unique_ptr<Transport> inner) : inner_(std::move(inner)) {}
  Delivery send(const Message& message) override {
    Delivery delivery = inner_->send(message);
    const bool is_greeting = delivery.detail.starts_with("greeting: ");
    if (delivery.reply_code == 421 && is_greeting) delivery.outcome = DeliveryClass::crowded;
    return delivery;
  }
  Delivery probe() override { return inner_->probe(); }
  std::string description() const override { return inner_->description(); }

 private:
  std::unique_ptr<Transport> inner_;
};

struct Crowd {
  Crowd(const SmtpServer& server, int mails) : post(4) {
    SmtpOptions options;
    options.host = "127.0.0.1";
    options.port = server.port();
    options.security = SmtpSecurity::none;
    options.timeout = 30s;
    post.reset(options);
    post.transport->replace(std::make_unique<CrowdedTransport>(make_smtp_transport(options)));
    sign_up(mails);
    post.start();
  }
  void sign_up(int mails) {
    for (int i = 0; i < mails; ++i) jobs.push_back(post.sign_up());
  }
  LaneStatus lane() {
    for (const LaneStatus& lane :
         post.office.storage->read([](const Stores& stores) { return stores.lanes.all(); })) {
      if (lane.name == "mail") return lane;
    }
    return {};
  }

  PostOffice post;
  std::vector<std::int64_t> jobs;
};

}  // namespace

TEST_CASE("mail crowd: fewer sessions are learnt without a rest, and cost no attempt", "[jobs]") {
  const int most = GENERATE(1, 2, 3);
  CAPTURE(most);
  SmtpServer server;
  server.limit_sessions(most);
  Crowd queue(server, kMails);
  REQUIRE(server.wait_for_messages(kMails, 10s));
  for (const std::int64_t job : queue.jobs) {
    REQUIRE(queue.post.is_done(job, 1));
    CHECK(queue.post.job(job).attempt == 1);
  }
  CHECK_FALSE(queue.post.log.has("lane=mail rests"));
  CHECK(queue.lane().state == LaneState::working);
  CHECK(server.messages().size() == kMails);
  const int learnt = queue.lane().sessions;
  CHECK(learnt <= most);
  const int refused = server.connections() - most;

  // Some minutes later one more is tried, in vain, and the mails go on.
  queue.post.advance(Lane::kWidenEvery);
  REQUIRE(queue.post.looks());
  queue.sign_up(kMails);
  REQUIRE(server.wait_for_messages(2 * kMails, 10s));
  REQUIRE(queue.post.is_done(queue.jobs.back(), 1));
  CHECK_FALSE(queue.post.log.has("lane=mail rests"));
  CHECK(server.connections() - most <= refused + 2);
}

TEST_CASE("mail crowd: a server that counts sessions only at MAIL gets fewer, too", "[jobs]") {
  SmtpServer server;
  Crowd queue(server, 1);
  REQUIRE(queue.post.is_done(queue.jobs.back(), 1));
  // On the session that is open, and on a fresh one.
  server.on(SmtpStep::mail,
            SmtpAction::reply("421 4.7.0 localhost Error: too many connections from 127.0.0.1"), 2);
  queue.sign_up(1);
  REQUIRE(queue.post.is_done(queue.jobs.back(), 1));
  REQUIRE(queue.post.looks());
  CHECK(queue.lane().sessions == 3);
  CHECK(queue.lane().state == LaneState::working);
  CHECK_FALSE(queue.post.log.has("lane=mail rests"));
}

TEST_CASE("mail crowd: where nothing of ours works the lane rests, and then goes on", "[jobs]") {
  SmtpServer server;
  server.limit_sessions(0);
  Crowd queue(server, 8);
  REQUIRE(queue.post.log.wait_for("lane=mail rests for "));
  for (const std::int64_t job : queue.jobs) {
    REQUIRE(queue.post.comes_to(job, JobState::ready));
    CHECK(queue.post.job(job).attempt == 0);
  }
  CHECK(server.connections() <= 4);
  server.limit_sessions(100);
  queue.post.advance(6min);
  for (const std::int64_t job : queue.jobs) REQUIRE(queue.post.is_done(job, 1));
  CHECK(queue.lane().sessions == 4);
}
