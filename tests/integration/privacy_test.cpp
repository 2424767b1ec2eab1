// What is secret is where it belongs and nowhere else; files are for their owner only.
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "integration/running_server.h"
#include "promotions/base/encoding.h"
#include "support/catch.h"
#include "support/smtp_server.h"
#include "support/test_client.h"

using namespace promotions;
namespace fs = std::filesystem;

namespace {

constexpr char kPerson[] = "secret.person@example.org";
constexpr char kSmtpPassword[] = "smtp.secret.password";

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The database as it is on the disk, its log and its lock included.
std::string raw_database(const RunningServer& server) {
  std::string all;
  for (const char* suffix : {"", "-wal", "-shm", ".lock"})
    all += content(server.database() + suffix);
  return all;
}

bool holds(const std::string& where, const std::string& what) {
  return where.find(what) != std::string::npos;
}

unsigned mode_of(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return 0;
  return status.st_mode & 0777U;
}

std::vector<std::string> mails_in(const RunningServer& server) {
  std::vector<std::string> mails;
  for (const auto& entry : fs::directory_iterator(server.folder().file("outbox"))) {
    if (entry.path().extension() == ".eml") mails.push_back(content(entry.path().string()));
  }
  return mails;
}

// A campaign from sign-up to finish, with what goes wrong on the way. All answers in one.
class Walk {
 public:
  explicit Walk(RunningServer& server) : server_(server) {}

  void sign_up() {
    note(server_.sign_up("quiet", kPerson));
    note(server_.sign_up("quiet", kPerson));
    note(server_.sign_up("quiet", "secret.person@"));
  }
  void verify(const std::string& link) {
    token = link.substr(link.find('=') + 1);
    note(server_.get(link));
    note(server_.get(link, {{"Accept", "text/html"}}));
    note(server_.get("/verify_subscriber?token=" + token + "A"));
    note(server_.get("/verify_subscriber/" + token));
    note(server_.get("/nothing?token=" + token, {{"Referer", "http://localhost" + link}}));
    note(server_.post("/verify_subscriber", {{"token", token}, {"extra", 1}}));
    for (const std::string& request :
         {token + " / HTTP/1.1\r\nHost: a\r\n\r\n", "GET " + link + " HTTP/9.9\r\n\r\n",
          "GET " + link + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"}) {
      auto client = test::Client::tcp(server_.port());
      client.send(request);
      answers += client.answer();
    }
  }
  void finish() {
    note(server_.get("/finish_campaign?campaign=quiet",
                     {httplib::make_basic_authentication_header("boss", "wrong.secret")}));
    note(server_.get("/api/v1/jobs", {{"Authorization", "Basic b3BlbiBzZXNhbWU="}}));
    note(server_.admin("GET", "/finish_campaign?campaign=quiet"));
    for (const char* path : {"/api/v1/jobs", "/api/v1/campaigns/quiet", "/api/v1/queue",
                             "/api/v1/campaigns/quiet/subscribers"}) {
      note(server_.admin("GET", path));
    }
  }

  // Nothing secret in database, log and answers.
  void check_secrets(const std::string& log) {
    REQUIRE(token.size() > 40);
    const std::string mac = token.substr(24);  // of the token's last 32 bytes
    const auto bytes = from_base64url(token).value();
    const std::string raw_mac(bytes.begin() + 17, bytes.end());
    const std::string database = raw_database(server_);
    CHECK(holds(database, kPerson));  // else the search would prove nothing
    for (const std::string* where :
         std::initializer_list<const std::string*>{&database, &log, &answers}) {
      for (const std::string& secret :
           {token, mac, raw_mac, std::string("open sesame"), std::string("wrong.secret"),
            std::string("b3BlbiBzZXNhbWU"), std::string(kSmtpPassword)}) {
        CHECK_FALSE(holds(*where, secret));
      }
    }
    CHECK_FALSE(holds(log, "secret.person"));
    CHECK_FALSE(holds(log, "boss@example.org"));
  }

  std::string token;
  std::string answers;

 private:
  void note(const Reply& reply) {
    for (const auto& [name, value] : reply.headers) answers += name + ": " + value + "\n";
    answers += reply.text + "\n";
  }

  RunningServer& server_;
};

}  // namespace

TEST_CASE("privacy: by SMTP, secrets are in the mail and nowhere else", "[integration]") {
  SmtpServer smtp;
  // A server that quotes the recipient, once.
  smtp.on_recipient(kPerson, SmtpAction::reply(std::string("451 4.3.0 <") + kPerson + "> later"),
                    1);
  RunningServer server(
      {"log.level=trace", "mail.transport=smtp", "mail.smtp.host=127.0.0.1",
       "mail.smtp.port=" + std::to_string(smtp.port()), "mail.smtp.security=none",
       "mail.smtp.username=mailer", "queue.backoff_min=50ms", "queue.backoff_max=50ms"},
      {std::string("PROMOTIONS_MAIL_SMTP_PASSWORD=") + kSmtpPassword});
  server.create_campaign("quiet");
  Walk walk(server);
  walk.sign_up();
  REQUIRE(smtp.wait_for_messages(1, kSoon));
  CHECK(smtp.auth_attempts() > 0);
  walk.verify(link_in(smtp.messages().front().data));
  walk.finish();
  REQUIRE(smtp.wait_for_messages(3, kSoon));
  walk.check_secrets(server.output());
  CHECK(server.stop() == 0);
  walk.check_secrets(server.output());
}

TEST_CASE("privacy: into a folder, secrets are in the mail and nowhere else", "[integration]") {
  RunningServer server({"log.level=trace", "log.format=json"});
  server.create_campaign("quiet");
  Walk walk(server);
  walk.sign_up();
  REQUIRE(server.wait_for_output("kind=verification attempt=1 done"));
  const auto mails = mails_in(server);
  REQUIRE(mails.size() == 1);
  walk.verify(link_in(mails.front()));
  walk.finish();
  REQUIRE(server.wait_for_output("kind=admin_result attempt=1 done"));
  CHECK(server.stop() == 0);
  walk.check_secrets(server.output());
}

TEST_CASE("privacy: no command takes a password as an argument", "[integration]") {
  const RunningServer server;
  CHECK(server.command({"admin", "add", "eve", "--password", "x"}).status == 2);
  CHECK(server.command({"admin", "add", "eve", "x"}).status == 2);
  CHECK_FALSE(holds(server.command({"admin", "add", "--help"}).output, "--password TEXT"));
}

TEST_CASE("privacy: an erasure removes the address from the files of a running server",
          "[integration]") {
  RunningServer server;
  server.create_campaign("quiet");
  REQUIRE(server.sign_up("quiet", "kept@example.org").status == 202);
  REQUIRE(server.sign_up("quiet", kPerson).status == 202);
  REQUIRE(holds(raw_database(server), kPerson));
  const Json items =
      server.admin("GET", "/api/v1/campaigns/quiet/subscribers?q=secret").body.at("items");
  const auto id = items.at(0).at("id").get<std::int64_t>();
  CHECK(
      server.admin("DELETE", "/api/v1/campaigns/quiet/subscribers/" + std::to_string(id)).status ==
      204);
  const auto deadline = std::chrono::steady_clock::now() + kSoon;
  while (holds(raw_database(server), kPerson)) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::yield();
  }
  CHECK(holds(raw_database(server), "kept@example.org"));
}

TEST_CASE("privacy: all files are for their owner only, whatever the umask is", "[integration]") {
  const mode_t mask = GENERATE(0U, 022U);
  const mode_t before = ::umask(mask);
  {
    RunningServer server;
    server.create_campaign("quiet");
    REQUIRE(server.sign_up("quiet", kPerson).status == 202);
    REQUIRE(server.wait_for_output("kind=verification attempt=1 done"));
    int files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(server.folder().path())) {
      CAPTURE(entry.path().string());
      CHECK(mode_of(entry.path().string()) == (entry.is_directory() ? 0700U : 0600U));
      ++files;
    }
    CHECK(files == 7);  // database, -wal, -shm, .lock, .sock, outbox, a mail
    CHECK_FALSE(holds(server.command({"check"}).output, "WARNING"));
  }
  ::umask(before);
}

TEST_CASE("privacy: files that others may read are told at the start and by the check",
          "[integration]") {
  RunningServer server;
  CHECK(server.stop() == 0);
  fs::permissions(server.database(), fs::perms::group_read, fs::perm_options::add);
  server.restart();
  const std::string warning = server.database() + ": is open to others than its owner (mode 0640)";
  CHECK(server.wait_for_output(warning));
  const auto check = server.command({"check"});
  CHECK(check.status == 0);
  CHECK(holds(check.output, warning));
}
