// From a sign-up to the winner's mail, through the real binary and a mail server.
#include <algorithm>
#include <atomic>
#include <filesystem>

#include "integration/running_server.h"
#include "support/aiosmtpd_server.h"
#include "support/catch.h"
#include "support/smtp_server.h"

using namespace promotions;

namespace {

std::vector<std::string> smtp_settings(int port) {
  return {"mail.transport=smtp", "mail.smtp.host=127.0.0.1",
          "mail.smtp.port=" + std::to_string(port), "mail.smtp.security=none",
          "mail.from=Raffles <raffles@example.org>"};
}

std::size_t count_to(const std::vector<ReceivedMail>& mails, const std::string& address) {
  return static_cast<std::size_t>(std::count_if(mails.begin(), mails.end(), [&](const auto& mail) {
    return mail.recipients == std::vector<std::string>{address};
  }));
}

// What has become of prizes goes on; what was drawn stays.
Json without_states(Json finished) {
  for (const char* list : {"winners", "alternates"}) {
    for (Json& one : finished.at(list)) one.erase("state");
  }
  return finished;
}

}  // namespace

TEST_CASE("a campaign from its first sign-up to its winner's mail", "[integration]") {
  SmtpServer smtp;
  RunningServer server(smtp_settings(smtp.port()));
  server.create_campaign("navidad", {{"winners", 1}, {"alternates", 1}});

  for (const char* email : {"ana@example.org", "luis@example.org", "eva@example.org"}) {
    const Reply reply = server.sign_up("navidad", email);
    CHECK(reply.status == 202);
    CHECK(reply.body ==
          Json{{"status", "pending_verification"}, {"campaign", "navidad"}, {"email", email}});
  }
  REQUIRE(smtp.wait_for_messages(3, kSoon));
  for (const ReceivedMail& mail : smtp.messages()) {
    if (mail.recipients.front() == "eva@example.org") continue;  // never opens it
    const std::string link = link_in(mail.data);
    REQUIRE_FALSE(link.empty());
    CHECK(server.get(link).body == Json{{"status", "verified"}, {"campaign", "navidad"}});
    CHECK(server.get(link).body.at("status") == "already_verified");
  }

  const Reply finished = server.admin("GET", "/finish_campaign?campaign=navidad");
  REQUIRE(finished.status == 200);
  CHECK(finished.body.at("status") == "finished");
  CHECK(finished.body.at("entrants") == 2);
  REQUIRE(finished.body.at("winners").size() == 1);
  REQUIRE(finished.body.at("alternates").size() == 1);
  CHECK(finished.body.at("winners")[0].at("position") == 1);
  CHECK(finished.body.at("alternates")[0].at("position") == 2);
  const auto winner = finished.body.at("winners")[0].at("email").get<std::string>();
  CHECK(winner != "eva@example.org");

  // Each verification brought a receipt.
  REQUIRE(smtp.wait_for_messages(7, kSoon));
  CHECK(count_to(smtp.messages(), winner) == 3);
  CHECK(count_to(smtp.messages(), "boss@example.org") == 1);
  const Json again = server.admin("POST", "/finish_campaign?campaign=navidad").body;
  CHECK(without_states(again) == without_states(finished.body));
  CHECK(server.sign_up("navidad", "late@example.org").code() == "campaign_not_open");

  CHECK(server.stop() == 0);
  server.restart();
  const Json later = server.admin("GET", "/finish_campaign?campaign=navidad").body;
  CHECK(without_states(later) == without_states(finished.body));
  CHECK(later.at("winners")[0].at("state") == "notified");
  CHECK(later.at("alternates")[0].at("state") == "waiting");
  CHECK(smtp.messages().size() == 7);
}

TEST_CASE("mail goes out over STARTTLS with AUTH to a server that is not ours", "[integration]") {
  AiosmtpdServer smtp;
  auto settings = smtp_settings(smtp.port());
  settings.insert(settings.end(), {"mail.smtp.host=localhost", "mail.smtp.security=starttls",
                                   "mail.smtp.username=" + AiosmtpdServer::username(),
                                   "mail.smtp.password=" + AiosmtpdServer::password()});
  RunningServer server(settings, {"SSL_CERT_FILE=" + smtp.certificate_file()});
  server.create_campaign("tls");
  CHECK(server.sign_up("tls", "ana@example.org").status == 202);
  const auto messages = smtp.messages(1, kSoon);
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].at("recipients") == Json::array({"ana@example.org"}));
  CHECK(messages[0].at("user") == AiosmtpdServer::username());
  const std::string link = link_in(messages[0].at("data").get<std::string>());
  CHECK(server.get(link).body.at("status") == "verified");
  CHECK(server.command({"mail", "test", "eva@example.org"}).status == 0);
}

TEST_CASE("a thousand racing sign-ups of one address store one subscriber and send one mail",
          "[integration]") {
  SmtpServer smtp;
  RunningServer server(smtp_settings(smtp.port()));
  server.create_campaign("race");
  std::atomic<int> accepted{0};
  std::atomic<int> registered{0};
  std::vector<std::thread> clients;
  for (int client = 0; client < 20; ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0; i < 50; ++i) {
        const std::string email = (i + client) % 2 == 0 ? "One@example.org" : "oNE@Example.org";
        const int status = server.sign_up("race", email).status;
        if (status == 202) ++accepted;
        if (status == 409) ++registered;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(accepted == 1);
  CHECK(registered == 999);
  REQUIRE(smtp.wait_for_messages(1, kSoon));
  CHECK(server.admin("GET", "/api/v1/campaigns/race").body.at("subscribers").at("pending") == 1);
  CHECK(server.admin("GET", "/api/v1/jobs").body.at("items").size() == 1);
}

TEST_CASE("what was acknowledged survives a kill, and its mail goes out after it",
          "[integration]") {
  SmtpServer smtp;
  RunningServer server(smtp_settings(smtp.port()));
  server.create_campaign("crash");
  REQUIRE(server.admin("POST", "/api/v1/queue/pause").body.at("paused") == true);
  for (int i = 0; i < 20; ++i) {
    REQUIRE(server.sign_up("crash", "p" + std::to_string(i) + "@example.org").status == 202);
  }
  server.kill();
  server.restart();
  CHECK(server.admin("GET", "/api/v1/queue").body.at("paused") == true);
  CHECK(server.admin("GET", "/api/v1/queue").body.at("states").at("ready") == 20);
  CHECK(smtp.messages().empty());
  server.admin("POST", "/api/v1/queue/resume");
  CHECK(smtp.wait_for_messages(20, kSoon));
}

TEST_CASE("a mail that is refused for now comes again, one that is refused for good is dead",
          "[integration]") {
  SmtpServer smtp;
  auto settings = smtp_settings(smtp.port());
  settings.insert(settings.end(), {"queue.backoff_min=50ms", "queue.backoff_max=50ms"});
  smtp.on_recipient("busy@example.org", SmtpAction::reply("451 4.3.0 later"), 1);
  smtp.on_recipient("gone@example.org", SmtpAction::reply("550 5.1.1 no such user"));
  RunningServer server(settings);
  server.create_campaign("again");
  CHECK(server.sign_up("again", "busy@example.org").status == 202);
  REQUIRE(server.wait_for_output("kind=verification attempt=2 done"));
  CHECK(smtp.messages().size() == 1);
  CHECK(server.sign_up("again", "gone@example.org").status == 202);
  REQUIRE(server.wait_for_output("kind=verification attempt=1 fail"));
  const Json dead = server.admin("GET", "/api/v1/jobs?state=dead").body.at("items");
  REQUIRE(dead.size() == 1);
  CHECK(dead[0].at("attempt") == 1);
  CHECK(dead[0].at("last_error").get<std::string>().find("550") != std::string::npos);
}

TEST_CASE("neither log nor error shows an address, a token or a password", "[integration]") {
  SmtpServer smtp;
  RunningServer server(smtp_settings(smtp.port()));
  server.create_campaign("quiet");
  server.sign_up("quiet", "secret.person@example.org");
  REQUIRE(smtp.wait_for_messages(1, kSoon));
  const std::string link = link_in(smtp.messages().front().data);
  server.get(link);
  server.get("/verify_subscriber?token=nonsense");
  server.sign_up("quiet", "secret.person@");
  REQUIRE(server.wait_for_output("invalid_email"));
  const std::string output = server.output();
  CHECK(output.find("secret.person") == std::string::npos);
  CHECK(output.find(link.substr(link.find('=') + 1)) == std::string::npos);
  CHECK(output.find("open sesame") == std::string::npos);
}
