#include "promotions/mail/directory_transport.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "mail/sample_message.h"
#include "support/catch.h"
#include "support/temp_folder.h"

using namespace promotions;

namespace {

std::set<std::string> names_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  return content.str();
}

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

}  // namespace

TEST_CASE("directory: a mail is one private file with the bytes of to_mime", "[mail]") {
  const TempFolder temp;
  const auto folder = temp.path() / "deep" / "outbox";
  const auto transport = make_directory_transport(folder.string() + "/");
  CHECK(transport->description() == "directory " + folder.string());
  CHECK_FALSE(std::filesystem::exists(folder));

  const Message message = sample_message();
  const Delivery delivery = transport->send(message);
  CHECK(delivery.outcome == DeliveryClass::delivered);
  CHECK(names_in(folder) == std::set<std::string>{"20261124T030405Z-job-17.abcDEF.eml"});
  const auto file = folder / "20261124T030405Z-job-17.abcDEF.eml";
  CHECK(content_of(file) == to_mime(message));
  CHECK(mode_of(folder) == 0700);
  CHECK(mode_of(file) == 0600);
}

TEST_CASE("directory: a second attempt replaces the first", "[mail]") {
  const TempFolder temp;
  const auto transport = make_directory_transport(temp.path().string());
  Message message = sample_message();
  transport->send(message);
  message.text = "again";
  message.date += std::chrono::hours(5);  // of the attempt, not of the mail
  transport->send(message);
  const auto names = names_in(temp.path());
  REQUIRE(names.size() == 1);
  CHECK(content_of(temp.path() / *names.begin()) == to_mime(message));
  message.message_id = "job-18.x@example.com";
  transport->send(message);
  CHECK(names_in(temp.path()).size() == 2);
}

TEST_CASE("directory: a Message-ID cannot lead out of the folder", "[mail]") {
  const TempFolder temp;
  const auto folder = temp.path() / "outbox";
  Message message = sample_message();
  message.message_id = "../../x/\n" + std::string(500, 'y') + "@example.com";
  CHECK(make_directory_transport(folder.string())->send(message).outcome ==
        DeliveryClass::delivered);
  CHECK(names_in(temp.path()) == std::set<std::string>{"outbox"});
  CHECK(names_in(folder).size() == 1);
}

TEST_CASE("directory: mails sent at once all arrive, whole", "[mail]") {
  const TempFolder temp;
  const auto transport = make_directory_transport((temp.path() / "outbox").string());
  std::vector<std::thread> workers;
  for (int worker = 0; worker < 4; ++worker) {
    workers.emplace_back([&, worker] {
      for (int i = 0; i < 10; ++i) {
        Message message = sample_message();
        message.message_id = std::to_string(worker) + "-" + std::to_string(i) + "@example.com";
        transport->send(message);
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  CHECK(names_in(temp.path() / "outbox").size() == 40);
}

TEST_CASE("directory: trouble with the folder is the lane's, and is named", "[mail]") {
  const TempFolder temp;
  SECTION("a file is in the way") {
    const auto transport = make_directory_transport(temp.file("outbox"));
    std::ofstream(temp.file("outbox")) << "x";
    const Delivery delivery = transport->send(sample_message());
    CHECK(delivery.outcome == DeliveryClass::lane_trouble);
    CHECK(delivery.detail.find("outbox is a file, or below one") != std::string::npos);
    CHECK(transport->probe().outcome == DeliveryClass::lane_trouble);
  }
  SECTION("a write fails half way") {
    const auto transport = make_directory_transport(temp.path().string());
    // A limit on the size of files fails a write as a full disk would.
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit usual{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &usual) == 0);
    rlimit tight = usual;
    tight.rlim_cur = 100;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
    const Delivery delivery = transport->send(sample_message());
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &usual) == 0);
    std::signal(SIGXFSZ, handler);
    CHECK(delivery.outcome == DeliveryClass::lane_trouble);
    CHECK(delivery.detail == "mail.directory: " + temp.path().string() +
                                 ": File too large; mails need a folder that can be written");
    CHECK(names_in(temp.path()).empty());
    CHECK(transport->send(sample_message()).outcome == DeliveryClass::delivered);
  }
  SECTION("the folder is gone, and is made again") {
    const auto transport = make_directory_transport(temp.file("outbox"));
    transport->send(sample_message());
    std::filesystem::remove_all(temp.file("outbox"));
    CHECK(transport->send(sample_message()).outcome == DeliveryClass::delivered);
  }
}

TEST_CASE("directory: a probe leaves no folder that was not there, and nothing in one that was",
          "[mail]") {
  const TempFolder temp;
  const auto transport = make_directory_transport(temp.file("deep/outbox"));
  CHECK(transport->probe().outcome == DeliveryClass::delivered);
  CHECK(names_in(temp.path()).empty());
  std::filesystem::create_directories(temp.file("deep/outbox"));
  CHECK(transport->probe().outcome == DeliveryClass::delivered);
  CHECK(names_in(temp.file("deep/outbox")).empty());
  std::ofstream(temp.file("file")) << "x";
  CHECK(make_directory_transport(temp.file("file/outbox"))->probe().outcome ==
        DeliveryClass::lane_trouble);
}
