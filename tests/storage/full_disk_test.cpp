// A disk that is full, under writes that leave no quiet moment.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "promotions/storage/database_file.h"
#include "promotions/storage/storage.h"
#include "support/catch.h"
#include "support/manual_clock.h"
#include "support/samples.h"
#include "support/small_disk.h"

using namespace promotions;

namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

// To the last block.
void fill_up(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  std::array<char, 4096> block{};
  while (::write(fd, block.data(), block.size()) == static_cast<ssize_t>(block.size())) {
  }
  ::close(fd);
}

std::uintmax_t log_size(const std::string& database) {
  return std::filesystem::file_size(database + "-wal");
}

struct SignUps {
  explicit SignUps(Storage& storage_) : storage(storage_) {
    campaign = storage.write([&](Stores& stores) {
      return stores.campaigns.insert("autumn", sample_settings(), ManualClock::kStart).value();
    });
  }

  // One by one. False: it was refused.
  bool one() {
    const std::string email = "ana" + std::to_string(++number) + "@example.org";
    try {
      storage.write([&](Stores& stores) {
        stores.subscribers.insert(sample_subscriber(campaign, email, ManualClock::kStart));
        stores.jobs.enqueue({.lane = "mail", .kind = "test"}, ManualClock::kStart);
      });
      ++stored;
      return true;
    } catch (const StorageUnavailable&) {
      return false;
    }
  }

  Storage& storage;
  std::int64_t campaign = 0;
  int number = 0;
  int stored = 0;
};

}  // namespace

TEST_CASE("full disk: the log is copied and used again, and no write is refused meanwhile",
          "[storage]") {
  const bool ran = on_small_disk(6 * kMebibyte, [](const std::string& folder) {
    Storage storage({.path = folder + "/promotions.db"});
    SignUps sign_ups(storage);
    // More than the disk could hold of their log, which is 20 KiB for each.
    for (int i = 0; i < 1500; ++i) {
      if (!sign_ups.one()) FAIL_CHECK("sign-up " << i << " was refused");
    }
    CHECK(storage.refused_writes() == 0);
  });
  if (!ran) WARN("skipped: this user may not mount");
}

TEST_CASE("full disk: filled by others, it takes what the log has room for, and heals",
          "[storage]") {
  const bool ran = on_small_disk(6 * kMebibyte, [](const std::string& folder) {
    const std::string path = folder + "/promotions.db";
    Storage storage({.path = path});
    SignUps sign_ups(storage);
    for (int i = 0; i < 100; ++i) REQUIRE(sign_ups.one());
    fill_up(folder + "/filler");
    // What was written so far is copied into what was reserved, and then the log is begun again.
    int more = 0;
    while (more < 2000 && sign_ups.one()) ++more;
    CHECK(more >= 20);
    fill_up(folder + "/filler");
    while (sign_ups.one()) {
    }
    CHECK(storage.refused_writes() > 0);
    CHECK(space_left(path).find("0 KiB of 6144 KiB are free") == 0);
    std::filesystem::remove(folder + "/filler");
    CHECK(sign_ups.one());
    CHECK(log_size(path) < 6 * kMebibyte);
    CHECK(storage.read([&](const Stores& stores) {
      return stores.campaigns.counts(sign_ups.campaign).pending;
    }) == sign_ups.stored);
  });
  if (!ran) WARN("skipped: this user may not mount");
}

TEST_CASE("full disk: a probe fails as a sign-up would, and leaves no trace where there is room",
          "[storage]") {
  const bool ran = on_small_disk(kMebibyte, [](const std::string& folder) {
    const std::string path = folder + "/promotions.db";
    { Storage storage({.path = path}); }
    CHECK_FALSE(probe_write(path));
    CHECK_FALSE(std::filesystem::exists(path + "-wal"));
    const auto size = std::filesystem::file_size(path);
    fill_up(folder + "/filler");
    const auto problem = probe_write(path);
    REQUIRE(problem);
    CHECK(problem->find("the disk is full; make room: 0 KiB of 1024 KiB are free") == 0);
    std::filesystem::remove(folder + "/filler");
    CHECK_FALSE(probe_write(path));
    CHECK(std::filesystem::file_size(path) == size);
    CHECK(check_integrity(path).empty());
  });
  if (!ran) WARN("skipped: this user may not mount");
}
