// Everything that a mail server can do to a mail, at each step of a session, up to what becomes of
// the job and its lane. What is expected is read from the tables (mail/delivery_rules.h).
#include <algorithm>
#include <array>
#include <set>

#include "jobs/post_office.h"
#include "mail/delivery_rules.h"
#include "mail/reply_of.h"
#include "promotions/mail/consequence.h"
#include "support/catch.h"
#include "support/certificate.h"
#include "support/smtp_server.h"

using namespace promotions;
using namespace std::chrono_literals;

namespace {

struct Step {
  const char* name;
  SmtpStep step;
  SmtpStage stage;
  int skip = 0;  // so many times it goes well before
};

// What happens at a step, and how the session has ended then.
struct Fault {
  std::string name;
  SmtpAction action;
  SmtpStage stage;
  SmtpReply reply;
  TransferFault fault;
  bool takes_time = false;  // it lasts until the client's patience is over
};

constexpr std::array<Step, 7> kPlainSteps{{
    {"greeting", SmtpStep::greeting, SmtpStage::greeting},
    {"EHLO", SmtpStep::ehlo, SmtpStage::hello},
    {"AUTH", SmtpStep::auth, SmtpStage::auth},
    {"MAIL", SmtpStep::mail, SmtpStage::mail},
    {"RCPT", SmtpStep::rcpt, SmtpStage::recipient},
    {"DATA", SmtpStep::data, SmtpStage::data},
    {"final dot", SmtpStep::content, SmtpStage::content},
}};
constexpr std::array<Step, 2> kTlsSteps{{
    {"STARTTLS", SmtpStep::starttls, SmtpStage::starttls},
    {"EHLO within TLS", SmtpStep::ehlo, SmtpStage::hello, 1},
}};

const Certificate& good_certificate() {
  static const Certificate certificate;
  return certificate;
}

SmtpOptions options_for(const SmtpServer& server, SmtpTls tls) {
  SmtpOptions options;
  options.host = "127.0.0.1";
  options.port = server.port();
  options.security = tls == SmtpTls::none ? SmtpSecurity::none : SmtpSecurity::starttls;
  options.username = "mailer";
  options.password = "secret";
  options.ca_file = good_certificate().file();
  options.sender = "no-reply@example.org";
  options.timeout = 30s;
  return options;
}

// A yes of a kind that is not usual at the step. Some are good enough, and the mail goes out.
Fault odd_yes(const Step& step) {
  using enum TransferFault;
  const auto good = [](const char* text, SmtpReply last = {250, {2}}) {
    return Fault{text, SmtpAction::reply(text), SmtpStage::content, last, none};
  };
  const auto bad = [&](const char* text, TransferFault fault) {
    return Fault{text, SmtpAction::reply(text), step.stage, reply_of(text), fault};
  };
  switch (step.step) {
    case SmtpStep::greeting:
      return good("250 odd");
    case SmtpStep::ehlo:
      return good(step.skip == 0 ? "251-localhost\r\n251-STARTTLS\r\n251 AUTH PLAIN"
                                 : "251-localhost\r\n251 AUTH PLAIN");
    case SmtpStep::starttls:
      return bad("250 odd", tls);
    case SmtpStep::auth:
      return bad("250 odd", no_login);
    case SmtpStep::data:
      return bad("250 odd", lost);
    case SmtpStep::content:
      return good("252 2.0.0 odd", {252, {2}});
    default:
      return good("252 2.1.0 odd");
  }
}

// The faults that every step can have. `with_noise`: bytes too that are no
// replies.
std::vector<Fault> faults_at(const Step& step, bool with_noise) {
  using enum TransferFault;
  // Before its first line the server has said nothing that could be named.
  const SmtpStage mute = step.step == SmtpStep::greeting ? SmtpStage::connect : step.stage;
  std::vector<Fault> faults{
      odd_yes(step),
      {"drop", SmtpAction::drop(), mute, {}, lost},
      {"silence", SmtpAction::silence(), mute, {}, timeout, true},
  };
  if (with_noise) {
    const std::string noise("\xFF\x00\x01 what?\r\n2500 bytes\r\n\r\n", 25);
    faults.push_back({"noise", SmtpAction::bytes(noise), step.stage, {}, timeout, true});
    faults.push_back({"a line without end",
                      SmtpAction::bytes(std::string(1'000'000, '2')),
                      mute,
                      {},
                      timeout,
                      true});
  }
  const auto refusal = [&](const char* text, TransferFault fault = lost) {
    const std::string last = std::string(text).substr(std::string(text).rfind('\n') + 1);
    faults.push_back({text, SmtpAction::reply(text), step.stage, reply_of(last), fault});
  };
  refusal("450 later");
  refusal("451-4.3.0 later\r\n451 4.3.0 later");
  refusal("550 never");
  refusal("554 5.7.1 never");
  refusal("554 5.7.60 never from this sender");
  refusal("452 4.3.1 Insufficient system storage");
  refusal("432 4.3.2 Concurrent connections limit exceeded");
  refusal("421 4.3.2 closing");
  refusal("421 closing");
  refusal("421 5.3.2 closing for good");
  refusal("550 4.7.1 never, or rather later");
  refusal("450 5.7.1 later, or rather never");
  refusal("552 5.2.2 full");
  refusal("530 5.7.0 sign in");
  refusal("535 5.7.8 sign in better");
  refusal("538 5.7.11 sign in encrypted");
  refusal("554 5.6.0 what a mail");
  if (step.step != SmtpStep::data) {
    refusal("354 go on", step.step == SmtpStep::auth ? no_login : lost);
  }
  return faults;
}

// What a case needs while it runs.
struct Scene {
  SmtpServer& server;
  PostOffice& post;
  std::int64_t first;
  const Consequence& expected;
};

JobState state_after(JobFate fate) {
  switch (fate) {
    case JobFate::done:
      return JobState::done;
    case JobFate::retried:
    case JobFate::late_once:
      return JobState::scheduled;
    case JobFate::dead:
      return JobState::dead;
    case JobFate::unspent:
      break;
  }
  return JobState::ready;
}

void check_job(const Scene& scene) {
  REQUIRE(scene.post.comes_to(scene.first, state_after(scene.expected.job)));
  const Job job = scene.post.job(scene.first);
  CHECK(job.attempt == (scene.expected.job == JobFate::unspent ? 0 : 1));
  CHECK(job.last_error.empty() == (scene.expected.job == JobFate::done));
  const Millis delay = job.run_at - scene.post.office.clock.now();
  if (scene.expected.job == JobFate::late_once) CHECK(delay == kLateTry);
  if (scene.expected.job == JobFate::retried) {
    CHECK(delay >= scene.post.options.retry.backoff_min * 0.85);
    CHECK(delay <= scene.post.options.retry.backoff_min * 1.15);
  }
}

// With the server well again: when do the next mails go out?
void check_lane(const Scene& scene) {
  const Event& sent = scene.post.transport->sent;
  const std::int64_t second = scene.post.sign_up();
  if (scene.expected.lane == LaneFate::goes_on) {
    REQUIRE(scene.post.is_done(second, 1));
    CHECK_FALSE(scene.post.log.has("lane=mail"));
    return;
  }
  const bool stops = scene.expected.lane == LaneFate::stops;
  const bool is_loud = stops || scene.expected.lane == LaneFate::doubts;
  REQUIRE(scene.post.log.wait_for(is_loud ? "lane=mail STOPPED: " : "lane=mail rests for "));
  const Millis rest = stops ? Millis(5min) : scene.post.options.lane_rest_min * 115 / 100;
  // The least that a rest may be, not reached by one millisecond.
  const Millis most =
      (stops ? Millis(5min) : scene.post.options.lane_rest_min * 85 / 100) - Millis{1};
  scene.post.advance(most);
  REQUIRE(scene.post.looks());
  CHECK(sent.count() == 1);
  scene.post.advance(rest - most);
  REQUIRE(scene.post.is_done(second, 1));
  const bool is_unspent = scene.expected.job == JobFate::unspent;
  if (is_unspent) REQUIRE(scene.post.is_done(scene.first, 1));
  CHECK(sent.count() == (is_unspent ? 3 : 2));
}

// A job that is not over goes out when its time has come, as the same mail.
void check_next_attempt(const Scene& scene) {
  if (state_after(scene.expected.job) != JobState::scheduled) return;
  const Time due = scene.post.job(scene.first).run_at;
  scene.post.advance(due - Millis{1} - scene.post.office.clock.now());
  REQUIRE(scene.post.looks());
  CHECK(scene.post.transport->sent.count() == 2);
  scene.post.advance(Millis{1});
  REQUIRE(scene.post.is_done(scene.first, 2));
  const auto ids = scene.post.transport->message_ids();
  REQUIRE(ids.size() == 3);
  CHECK(ids[2] == ids[0]);
  CHECK(ids[1] != ids[0]);
}

// Until the session is encrypted there is nothing that says anything.
void check_nothing_plain(const SmtpServer& server) {
  for (const std::string& line : server.plain_lines()) {
    CAPTURE(line);
    CHECK((line.starts_with("EHLO ") || line == "STARTTLS" || line == "QUIT"));
  }
  for (const ReceivedMail& mail : server.messages()) CHECK(mail.is_encrypted);
}

// False: the client lost patience before it came to the fault.
bool met(const SmtpServer& server, const Step& step) {
  return server.count(step.step) > step.skip;
}

// Sends a mail into the fault and follows it to its end. Returns the rule that it met.
const DeliveryRule& follow(PostOffice& post, const Step& step, const Fault& fault, SmtpTls tls) {
  const DeliveryRule& rule = rule_for(fault.stage, fault.reply, fault.fault, fault.name);
  // Long enough for whatever machine, but not longer than it must be.
  const std::vector<std::chrono::milliseconds> patiences =
      fault.takes_time ? std::vector<std::chrono::milliseconds>{200ms, 2s, 30s}
                       : std::vector<std::chrono::milliseconds>{30s};
  for (const auto patience : patiences) {
    SmtpServer server(tls, good_certificate());
    server.on(step.step, fault.action);
    server.on(step.step, SmtpAction::usual(), step.skip);
    SmtpOptions smtp = options_for(server, tls);
    smtp.timeout = patience;
    post.reset(smtp);
    const Scene scene{server, post, post.sign_up(), consequence_of(rule.outcome)};
    post.start();
    REQUIRE(post.transport->sent.wait());
    if (!met(server, step) && patience != patiences.back()) continue;

    const Delivery delivery = post.transport->deliveries().front();
    CAPTURE(delivery.detail);
    CHECK(to_text(delivery.outcome) == to_text(rule.outcome));
    CHECK(delivery.reply_code == fault.reply.code);
    check_job(scene);
    server.on(step.step, SmtpAction::usual());
    post.transport->replace(make_smtp_transport(options_for(server, tls)));
    check_lane(scene);
    check_next_attempt(scene);
    if (tls != SmtpTls::none) check_nothing_plain(server);
    break;
  }
  return rule;
}

}  // namespace

TEST_CASE("mail faults: each at each step, and what becomes of job and lane", "[jobs]") {
  PostOffice post;
  std::set<const DeliveryRule*> rules;
  const auto go_through = [&](const auto& steps, SmtpTls tls, bool with_noise) {
    for (const Step& step : steps) {
      for (const Fault& fault : faults_at(step, with_noise)) {
        CAPTURE(step.name, fault.name, tls == SmtpTls::none);
        rules.insert(&follow(post, step, fault, tls));
      }
    }
  };
  go_through(kPlainSteps, SmtpTls::none, true);
  go_through(kPlainSteps, SmtpTls::starttls, false);  // the same bytes, only encrypted
  go_through(kTlsSteps, SmtpTls::starttls, true);
  // Of a session that is only tried, as by `promotions check`; it has no job.
  rules.insert(&rule_for(SmtpStage::reset, {250, {2}}, TransferFault::none));
  for (const DeliveryRule& rule : delivery_rules()) {
    CAPTURE(&rule - delivery_rules().data());
    CHECK(rules.count(&rule) == 1);
  }
}

TEST_CASE("mail faults: between STARTTLS and an encrypted session", "[jobs]") {
  using enum TransferFault;
  constexpr Step asked{"STARTTLS", SmtpStep::starttls, SmtpStage::starttls};
  constexpr Step shaking{"handshake", SmtpStep::handshake, SmtpStage::starttls};
  // All that the client would have to hear later: none of it may count once there is TLS.
  const std::string answers =
      "250-localhost\r\n250 AUTH PLAIN\r\n334 \r\n235 2.7.0 in\r\n250 2.1.0 ok\r\n250 2.1.5 ok\r\n"
      "354 go on\r\n250 2.0.0 accepted";
  PostOffice post;
  const auto follow_all = [&](const Step& step, const std::vector<Fault>& faults) {
    for (const Fault& fault : faults) {
      CAPTURE(step.name, fault.name);
      follow(post, step, fault, SmtpTls::starttls);
    }
  };
  follow_all(asked, {{"answers that came with the 220",
                      SmtpAction::reply("220 go on\r\n" + answers),
                      asked.stage,
                      {220},
                      lost}});
  follow_all(
      shaking,
      {{"drop", SmtpAction::drop(), shaking.stage, {220, {2}}, tls},
       {"silence", SmtpAction::silence(), shaking.stage, {220, {2}}, timeout, true},
       {"answers", SmtpAction::bytes(answers + "\r\n"), shaking.stage, {220, {2}}, tls},
       {"noise", SmtpAction::bytes(std::string(100'000, '\0')), shaking.stage, {220, {2}}, tls},
       {"alert",
        SmtpAction::bytes(std::string("\x15\x03\x03\x00\x02\x02\x28", 7)),
        shaking.stage,
        {220, {2}},
        tls}});
}

TEST_CASE("mail faults: no TLS, or no certificate to trust, and no mail goes out", "[jobs]") {
  using Flaw = Certificate::Flaw;
  const Certificate expired(Flaw::expired);
  const Certificate other_name(Flaw::other_name);
  const Certificate stranger;  // its authority is not ours
  struct Case {
    const char* name;
    const Certificate& shown;
    const Certificate& trusted;
    SmtpTls tls;
  };
  for (const Case& c : {
           Case{"STARTTLS not offered", good_certificate(), good_certificate(), SmtpTls::none},
           Case{"expired", expired, expired, SmtpTls::starttls},
           Case{"another's name", other_name, other_name, SmtpTls::starttls},
           Case{"unknown authority", stranger, good_certificate(), SmtpTls::starttls},
           Case{"expired, TLS from the start", expired, expired, SmtpTls::implicit},
           Case{"another's name, TLS from the start", other_name, other_name, SmtpTls::implicit},
           Case{"unknown authority, TLS from the start", stranger, good_certificate(),
                SmtpTls::implicit},
       }) {
    CAPTURE(c.name);
    SmtpServer server(c.tls, c.shown);
    SmtpOptions smtp = options_for(server, SmtpTls::starttls);
    if (c.tls == SmtpTls::implicit) smtp.security = SmtpSecurity::tls;
    smtp.ca_file = c.trusted.file();
    PostOffice post;
    post.reset(smtp);
    const std::int64_t job = post.sign_up();
    post.start();
    for (int round = 1; round <= 3; ++round) {
      REQUIRE(post.transport->sent.wait(round));
      const Delivery delivery = post.transport->deliveries().back();
      CHECK(delivery.outcome == DeliveryClass::lane_trouble);
      CHECK(delivery.detail.find("no encrypted connection") == 0);
      REQUIRE(post.comes_to(job, JobState::ready));
      CHECK(post.job(job).attempt == 0);
      REQUIRE(post.looks());
      CHECK(post.transport->sent.count() == round);
      post.advance(5min);
    }
    check_nothing_plain(server);
    CHECK(server.count(SmtpStep::auth) == 0);
    CHECK(server.count(SmtpStep::mail) == 0);
  }
}

TEST_CASE("mail faults: AUTH not offered stops the lane, encrypted or not", "[jobs]") {
  const auto tls = GENERATE(SmtpTls::none, SmtpTls::starttls);
  const auto mechanisms = GENERATE("SIZE 1000000", "AUTH DIGEST-MD5 NTLM");
  SmtpServer server(tls, good_certificate());
  server.offer({mechanisms});
  PostOffice post;
  post.reset(options_for(server, tls));
  const DeliveryRule& rule = rule_for(SmtpStage::hello, {250, 0}, TransferFault::no_login);
  const Scene scene{server, post, post.sign_up(), consequence_of(rule.outcome)};
  post.start();
  REQUIRE(post.transport->sent.wait());
  CHECK(post.transport->deliveries().front().outcome == rule.outcome);
  CHECK(server.count(SmtpStep::mail) == 0);
  check_job(scene);
  server.offer({"AUTH PLAIN"});
  check_lane(scene);
}
