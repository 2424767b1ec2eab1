// Servers that answer without an end.
#include <algorithm>
#include <array>
#include <future>

#include "mail/sample_message.h"
#include "promotions/mail/smtp_transport.h"
#include "support/catch.h"
#include "support/live_heap.h"
#include "support/smtp_server.h"

using namespace promotions;
using namespace std::chrono_literals;
using enum DeliveryClass;

namespace {

SmtpOptions options_for(const SmtpServer& server) {
  SmtpOptions options;
  options.host = "127.0.0.1";
  options.port = server.port();
  options.security = SmtpSecurity::none;
  options.username = "mailer";
  options.password = "secret";
  options.timeout = 30s;
  return options;
}

struct Observed {
  Delivery delivery;
  std::size_t memory = 0;  // the most that was allocated beyond what was before
};

Observed send_watched(Transport& transport) {
  const Message message = sample_message();
  const std::size_t before = live_heap();
  std::size_t most = before;
  auto sending = std::async(std::launch::async, [&] { return transport.send(message); });
  while (sending.wait_for(5ms) != std::future_status::ready) most = std::max(most, live_heap());
  return {sending.get(), most - before};
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

constexpr std::array kSteps{SmtpStep::greeting, SmtpStep::ehlo, SmtpStep::auth,   SmtpStep::mail,
                            SmtpStep::rcpt,     SmtpStep::data, SmtpStep::content};
constexpr std::size_t kMegabyte = 1'000'000;

}  // namespace

TEST_CASE("smtp: an answer without an end lasts no longer than the timeout, and takes no memory",
          "[mail]") {
  struct Flood {
    const char* name;
    SmtpAction action;
  };
  const std::string line = "250-" + std::string(500, 'x') + "\r\n";
  for (const Flood& flood : {
           // Now and then a byte: whoever only minds silence would wait for ever.
           Flood{"a slow line", SmtpAction::repeat("2", 20ms)},
           Flood{"slow lines", SmtpAction::repeat("250-wait\r\n", 20ms)},
           Flood{"a fast line", SmtpAction::repeat(std::string(100'000, '2'), 0ms)},
           Flood{"fast lines", SmtpAction::repeat(repeated(line, 200), 0ms)},
           Flood{"fast noise", SmtpAction::repeat(std::string(100'000, '\0'), 0ms)},
       }) {
    const auto step = GENERATE(from_range(kSteps));
    CAPTURE(flood.name, static_cast<int>(step));
    SmtpServer server;
    server.on(step, flood.action);
    SmtpOptions options = options_for(server);
    options.timeout = 300ms;
    const auto start = std::chrono::steady_clock::now();
    const Observed seen = send_watched(*make_smtp_transport(options));
    CHECK(std::chrono::steady_clock::now() - start < 10s);
    CAPTURE(seen.delivery.detail);
    CHECK(seen.delivery.outcome != delivered);
    CHECK(seen.delivery.outcome != permanent);
    CHECK(seen.delivery.detail.size() <= 200);
    CHECK(seen.memory < 2 * kMegabyte);
    CHECK(server.messages().empty());
  }
}

// libcurl may stop listening: since CVE-2023-38039 at 300 KB, or at a line that is too long.
TEST_CASE("smtp: an answer of any length is one, or ends the attempt and nothing more", "[mail]") {
  const auto step = GENERATE(from_range(kSteps));
  const auto in_one_line = GENERATE(false, true);
  CAPTURE(static_cast<int>(step), in_one_line);
  const std::string code = step == SmtpStep::greeting ? "220"
                           : step == SmtpStep::auth   ? "235"
                           : step == SmtpStep::data   ? "354"
                                                      : "250";
  const std::string last = step == SmtpStep::ehlo ? "250 AUTH PLAIN" : code + " at last";
  const std::string begin = in_one_line ? code + "-" + std::string(kMegabyte, 'x') + "\r\n"
                                        : repeated(code + "-more\r\n", 100'000);
  SmtpServer server;
  server.on(step, SmtpAction::reply(begin + last), 1);
  const auto transport = make_smtp_transport(options_for(server));
  const Observed seen = send_watched(*transport);
  CAPTURE(seen.delivery.detail);
  CHECK(seen.memory < 6 * kMegabyte);  // the server's own copies of the answer are in it
  CHECK(seen.delivery.detail.size() <= 200);
  if (seen.delivery.outcome == delivered) {
    CHECK(server.messages().size() == 1);
  } else {
    CHECK(seen.delivery.outcome == (step == SmtpStep::content ? in_doubt
                                    : step >= SmtpStep::rcpt  ? cut_off
                                                              : lane_trouble));
  }
  CHECK(transport->send(sample_message()).outcome == delivered);
}

TEST_CASE("smtp: a refusal of a megabyte refuses this mail only, and is kept short", "[mail]") {
  SmtpServer server;
  server.on(SmtpStep::rcpt, SmtpAction::reply("550 5.1.1 " + std::string(kMegabyte, 'x')), 1);
  const auto transport = make_smtp_transport(options_for(server));
  const Delivery delivery = transport->send(sample_message());
  CAPTURE(delivery.detail);
  CHECK((delivery.outcome == permanent || delivery.outcome == cut_off));
  CHECK(delivery.detail.starts_with("RCPT: "));
  CHECK(delivery.detail.size() <= 200);
  CHECK(transport->send(sample_message()).outcome == delivered);
}
