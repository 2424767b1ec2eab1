// What the real binary says to a database that it cannot serve, and that it leaves it as it was.
#include <SQLiteCpp/SQLiteCpp.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/catch.h"
#include "support/child_process.h"
#include "support/temp_folder.h"

using namespace promotions;
namespace fs = std::filesystem;

namespace {

using Strings = std::vector<std::string>;

constexpr char kNobody[] = "65534";

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void overwrite(const std::string& path, std::streamoff at, const std::string& bytes) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(at);
  file << bytes;
}

void execute(const std::string& path, const std::string& sql) {
  SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec(sql);
}

// The binary in a folder of its own; a serve that does serve is ended by `timeout` with status 124.
class Binary {
 public:
  Binary() { run({"--create", "admin", "add", "boss", "--password-stdin"}, "open sesame\n"); }

  ProgramResult run(const Strings& arguments, const std::string& input = {},
                    const Strings& wrapper = {}) const {
    Strings all{"sh", "-c", "exec \"$@\" 2>&1", "sh"};
    all.insert(all.end(), wrapper.begin(), wrapper.end());
    all.insert(all.end(),
               {"timeout", "30", PROMOTIONS_BINARY, "--set", "storage.path=" + database, "--set",
                "mail.directory=" + folder.file("outbox"), "--set", "server.port=0"});
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_program(all, input);
  }

  // One line, "DATABASE: …<reason>…; …", and exit status 1.
  void check_refuses(const std::string& reason, const Strings& wrapper = {}) const {
    const ProgramResult result = run({"serve"}, {}, wrapper);
    CAPTURE(result.output);
    CHECK(result.status == 1);
    CHECK(result.output.rfind(database + ": ", 0) == 0);
    CHECK(result.output.find(reason) != std::string::npos);
    CHECK(result.output.find("; ") != std::string::npos);
    CHECK(result.output.find('\n') == result.output.size() - 1);
  }

  // The same, and the database and what is beside it are as they were.
  void check_refuses_and_changes_nothing(const std::string& reason,
                                         const Strings& wrapper = {}) const {
    const std::string before = content(database);
    const std::string log_before = content(database + "-wal");
    const bool had_log = fs::exists(database + "-wal");
    check_refuses(reason, wrapper);
    CHECK((content(database) == before));
    CHECK((content(database + "-wal") == log_before));
    CHECK(fs::exists(database + "-wal") == had_log);
  }

  TempFolder folder;
  std::string database = folder.file("raffle.db");
};

}  // namespace

TEST_CASE("refusal: a database whose header is broken", "[integration]") {
  const Binary binary;
  overwrite(binary.database, 0, "nonsense");
  binary.check_refuses_and_changes_nothing("is no database, or its beginning is damaged");
}

TEST_CASE("refusal: a database that is damaged where it is read at the start", "[integration]") {
  const Binary binary;
  overwrite(binary.database, 4096, std::string(fs::file_size(binary.database) - 4096, '\xFF'));
  binary.check_refuses("is damaged");
}

TEST_CASE("refusal: the database of a newer program", "[integration]") {
  const Binary binary;
  execute(binary.database, "PRAGMA user_version = 9999");
  binary.check_refuses_and_changes_nothing("has schema 9999");
  const ProgramResult check = binary.run({"check"});
  CHECK(check.status == 1);
  CHECK(check.output.find("has schema 9999") != std::string::npos);
}

TEST_CASE("refusal: another program's database, its log included", "[integration]") {
  Binary binary;
  binary.database = binary.folder.file("other.db");
  execute(binary.database, "CREATE TABLE notes (text TEXT); PRAGMA journal_mode = WAL");
  SECTION("at rest") {
    binary.check_refuses_and_changes_nothing("is a database of another program");
  }
  SECTION("after its program was killed") {
    {
      SQLite::Database other(binary.database, SQLite::OPEN_READWRITE);
      other.exec("INSERT INTO notes VALUES ('only in the log')");
      for (const char* suffix : {"", "-wal"}) {
        fs::copy_file(binary.database + suffix, binary.folder.file("killed.db") + suffix);
      }
    }
    binary.database = binary.folder.file("killed.db");
    REQUIRE(fs::file_size(binary.database + "-wal") > 0);
    binary.check_refuses_and_changes_nothing("is a database of another program");
  }
}

TEST_CASE("refusal: no database at all", "[integration]") {
  Binary binary;
  binary.database = binary.folder.file("letter.txt");
  std::ofstream(binary.database) << std::string(5000, 'x') << "Dear reader";
  binary.check_refuses_and_changes_nothing("is no database");
}

TEST_CASE("refusal: a database that another program is writing", "[integration]") {
  const Binary binary;
  SQLite::Database other(binary.database, SQLite::OPEN_READWRITE);
  other.exec("BEGIN IMMEDIATE");
  binary.check_refuses("is locked by another program");
  other.exec("ROLLBACK");
}

TEST_CASE("refusal: a folder in its place, none around it, a link to nowhere", "[integration]") {
  Binary binary;
  SECTION("a folder") {
    binary.database = binary.folder.file("folder.db");
    fs::create_directory(binary.database);
    binary.check_refuses("is a folder; storage.path must name a file in it, such as ");
  }
  SECTION("no folder") {
    binary.database = binary.folder.file("nowhere/raffle.db");
    binary.check_refuses("nowhere does not exist; create it or change storage.path");
    CHECK_FALSE(fs::exists(binary.folder.file("nowhere")));
  }
  SECTION("a link") {
    binary.database = binary.folder.file("link.db");
    fs::create_symlink(binary.folder.file("nowhere/raffle.db"), binary.database);
    const ProgramResult result = binary.run({"serve"});
    CHECK(result.status == 1);
    CHECK(result.output.find(binary.folder.file("nowhere/raffle.db") + ": the folder ") == 0);
    CHECK(fs::is_symlink(binary.database));
  }
}

TEST_CASE("refusal: a database or a folder that is read-only", "[integration]") {
  Binary binary;
  Strings wrapper;
  if (::geteuid() == 0) {  // whom no mode binds
    wrapper = {"setpriv", "--reuid", kNobody, "--clear-groups"};
    for (const auto& entry : fs::directory_iterator(binary.folder.path())) {
      REQUIRE(::chown(entry.path().c_str(), 65534, 65534) == 0);
    }
    REQUIRE(::chown(binary.folder.path().c_str(), 65534, 65534) == 0);
    if (binary.run({"version"}, {}, wrapper).status != 0) {
      WARN("skipped: an ordinary user cannot run the binary where it is");
      return;
    }
  }
  SECTION("the database") {
    fs::permissions(binary.database, fs::perms::owner_read);
    binary.check_refuses_and_changes_nothing("has mode 0400, so its owner may not write it",
                                             wrapper);
  }
  SECTION("the folder") {
    fs::remove(binary.database + ".lock");
    fs::permissions(binary.folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
    const std::string reason = "has mode 0500, so its owner may make no file in it";
    binary.check_refuses_and_changes_nothing(reason, wrapper);
    binary.database = binary.folder.file("new.db");
    binary.check_refuses(reason, wrapper);
    fs::permissions(binary.folder.path(), fs::perms::owner_all);
  }
}

TEST_CASE("damage that no start meets is found by the check", "[integration]") {
  const Binary binary;
  // A page that only counting reads: of the index of finished jobs.
  SQLite::Database file(binary.database, SQLite::OPEN_READWRITE);
  const int page =
      file.execAndGet("SELECT rootpage FROM sqlite_schema WHERE name = 'jobs_finished'").getInt();
  file.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  overwrite(binary.database, std::streamoff{4096} * (page - 1), std::string(4096, '\xFF'));
  const ProgramResult check = binary.run({"check"});
  CAPTURE(check.output);
  CHECK(check.status == 1);
  CHECK(check.output.find("database: FAILED, " + binary.database) != std::string::npos);
  CHECK(check.output.find("keep a copy of the file with its -wal and -shm, and then restore") !=
        std::string::npos);
}
